// Answers are kept by question and topic: nothing is asked twice for one change, and the last answer wins.
import { effectScope, nextTick, ref, type EffectScope } from 'vue'
import { beforeEach, expect, test, vi } from 'vitest'
import { answerTo, changed, client, isOvertaken, useAnswer } from '@/composables/answers'

interface Waiting {
  question: string
  request: unknown
  answer: (value: unknown) => Promise<void>
  fail: (error: Error) => Promise<void>
}
const waiting: Waiting[] = []
const asked: string[] = []
const settle = () => new Promise((resolve) => setTimeout(resolve))

vi.mock('@/api/client', () => {
  const ask = (question: string) => (request: unknown) => {
    asked.push(question)
    return new Promise((resolve, reject) =>
      waiting.push({
        question,
        request,
        answer: (value) => (resolve(value), settle().then(() => undefined)),
        fail: (error) => (reject(error), settle().then(() => undefined)),
      }),
    )
  }
  return {
    api: {
      roundShow: ask('roundShow'),
      tags: ask('tags'),
      residentCard: ask('residentCard'),
      printers: ask('printers'),
    },
  }
})

let scope: EffectScope
beforeEach(() => {
  scope = effectScope()
  client.clear()
  waiting.length = asked.length = 0
  return () => scope.stop()
})
/** Runs as a page would. */
const page = <T>(run: () => T): T => {
  const made = scope.run(run)
  if (made === undefined) throw new Error('the scope has ended')
  return made
}
async function next(question: string): Promise<Waiting> {
  await settle()
  const place = waiting.findIndex((one) => one.question === question)
  const [one] = waiting.splice(place, 1)
  if (place < 0 || !one) throw new Error(`${question} was not asked`)
  return one
}

test('two parts that ask the same ask once, and a change asks once again', async () => {
  const [one, other] = page(() => [useAnswer('tags'), useAnswer('tags')] as const)
  await (await next('tags')).answer('first')
  expect([one.data.value, other.data.value]).toEqual(['first', 'first'])
  await changed()
  await (await next('tags')).answer('second')
  expect([one.data.value, other.data.value]).toEqual(['second', 'second'])
  expect(asked).toEqual(['tags', 'tags'])
})

test('a topic makes its own answers old, and no others', async () => {
  page(() => [useAnswer('tags'), useAnswer('roundShow', () => ({ round: 'r' }))])
  await (await next('tags')).answer('tags')
  await (await next('roundShow')).answer('round')
  await changed(['rounds'])
  await settle()
  expect(asked).toEqual(['tags', 'roundShow', 'roundShow'])
})

test('what was asked before a change is not the answer after it', async () => {
  const card = page(() => useAnswer('roundShow', () => ({ round: 'r' })))
  const before = await next('roundShow')
  await changed()
  const after = await next('roundShow')
  await after.answer('after')
  await before.answer('before')
  expect(card.data.value).toBe('after')
  expect(card.error.value).toBeUndefined()
})

test('the last question wins, and what was shown stays until it is answered', async () => {
  const id = ref<string>()
  const card = page(() => useAnswer('residentCard', () => (id.value ? { id: id.value } : undefined)))
  await settle()
  expect([asked, card.data.value]).toEqual([[], undefined])
  id.value = 'a'
  const first = await next('residentCard')
  await first.answer('card of a')
  id.value = 'b'
  const second = await next('residentCard')
  expect(card.data.value).toBe('card of a')
  id.value = 'c'
  const third = await next('residentCard')
  await third.answer('card of c')
  await second.answer('card of b')
  expect(card.data.value).toBe('card of c')
  id.value = undefined
  await nextTick()
  expect(card.data.value, 'nothing is asked').toBeUndefined()
})

test('what failed is said, and asked again on demand', async () => {
  const tags = page(() => useAnswer('tags'))
  await (await next('tags')).fail(new Error('数据正忙'))
  expect([tags.error.value, tags.data.value]).toEqual(['数据正忙', undefined])
  const again = tags.reload()
  await (await next('tags')).answer('there')
  await again
  expect([tags.error.value, tags.data.value]).toEqual([undefined, 'there'])
})

test('a page of a list is kept until what it stands on changes, also while it is on its way', async () => {
  const first = answerTo('tags', {})
  const same = answerTo('tags', {})
  await (await next('tags')).answer('page')
  expect(await Promise.all([first, same, answerTo('tags', {})])).toEqual(['page', 'page', 'page'])
  await changed(['roster'])
  void answerTo('tags', {})
  const overtaken = await next('tags')
  await changed(['roster'])
  const newest = answerTo('tags', {})
  await (await next('tags')).answer('new')
  await overtaken.answer('old')
  expect([await newest, await answerTo('tags', {})]).toEqual(['new', 'new'])
  expect(asked.length).toBe(3)
})

test('a first page that is given up says so', async () => {
  const given = answerTo('tags', {}).catch(isOvertaken)
  await settle()
  await changed()
  expect(await given).toBe(true)
})

test('what changes without a word is asked by whoever comes', async () => {
  page(() => useAnswer('printers'))
  await (await next('printers')).answer('one')
  page(() => useAnswer('printers'))
  await (await next('printers')).answer('two')
  expect(asked).toEqual(['printers', 'printers'])
})
