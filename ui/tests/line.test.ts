// Keys that are pressed while something is being written: in order, each once, and for the row it was pressed for.
import { effectScope, nextTick, shallowRef } from 'vue'
import { expect, test, vi } from 'vitest'
import { inLine, line } from '@/composables/line'
import { useSelection } from '@/composables/selection'
import { toasts } from '@/composables/toast'
import type { Windowed } from '@/composables/window'

vi.mock('@/api/client', () => ({ api: { changesSince: () => Promise.resolve({ version: 0 }) } }))

/** Something that is done when the test says so. */
function slow() {
  const begun: string[] = []
  const ends: ((error?: Error) => void)[] = []
  const does = (name: string) => () => {
    begun.push(name)
    return new Promise<string>((resolve, reject) => ends.push((error) => (error ? reject(error) : resolve(name))))
  }
  const end = async (error?: Error) => {
    await nextTick()
    ends.shift()?.(error)
    await new Promise((resolve) => setTimeout(resolve))
  }
  return { begun, does, end }
}

test('one after the other, and those that wait are counted', async () => {
  const { begun, does, end } = slow()
  const all = ['a', 'b', 'c'].map((name) => inLine(does(name)))
  await nextTick()
  expect([begun, line.waiting]).toEqual([['a'], 2])
  await end()
  expect([begun, line.waiting]).toEqual([['a', 'b'], 1])
  await end()
  await end()
  expect(await Promise.all(all)).toEqual(['a', 'b', 'c'])
  expect([line.waiting, line.settled]).toEqual([0, 1])
})

test('what fails is said, and what waits behind it is dropped with a word', async () => {
  const { begun, does, end } = slow()
  const all = ['a', 'b', 'c'].map((name) => inLine(does(name)))
  await end(new Error('满了'))
  expect(await Promise.all(all)).toEqual([undefined, undefined, undefined])
  expect(begun).toEqual(['a'])
  expect(toasts.map((toast) => toast.kind)).toEqual(['bad', 'info'])
  const after = inLine(does('d'))
  await end()
  expect(await after).toBe('d')
})

type Rows = { rows: { id: string }[]; total: number }
function listOf(...ids: string[]) {
  const head = shallowRef<Rows>()
  const show = (...shown: string[]) => (head.value = { rows: shown.map((id) => ({ id })), total: shown.length })
  show(...ids)
  const rows = () => head.value?.rows ?? []
  const list = {
    head,
    total: {
      get value() {
        return rows().length
      },
    },
    at: (index: number) => rows()[index],
    placeOf: (fits: (row: { id: string }) => boolean) => rows().findIndex(fits),
    everything: () => Promise.resolve(rows()),
    settled: () => Promise.resolve(),
  } as unknown as Windowed<Rows>
  const chosen = effectScope().run(() => useSelection(list, ids[0]))
  if (!chosen) throw new Error('no selection')
  return { chosen, show }
}

test('what is decided is passed over at once, whatever the list still shows', async () => {
  const { chosen, show } = listOf('a', 'b', 'c', 'd')
  chosen.leave(['a'])
  expect(chosen.targets.value).toEqual(['b'])
  chosen.leave(['b'])
  chosen.move(-1)
  expect(chosen.targets.value, 'not back onto what was decided').toEqual(['c'])
  show('c', 'd')
  await nextTick()
  expect(chosen.targets.value).toEqual(['c'])
  chosen.leave(['c'])
  chosen.leave(['d'])
  expect(chosen.targets.value, 'nothing is left to decide').toEqual([])
})

test('what was not done stays, and is under the cursor again', () => {
  const { chosen } = listOf('a', 'b', 'c', 'd')
  for (const id of ['a', 'b', 'c']) chosen.leave([id])
  for (const id of ['b', 'c']) chosen.stay([id])
  expect([chosen.targets.value, [...chosen.leaving]]).toEqual([['b'], ['a']])
  chosen.stay(['c', 'd'])
  expect([...chosen.ticked], 'several are ticked again').toEqual(['c', 'd'])
})

test('what leaves by itself keeps the cursor, and no key is for the next one until it is moved', async () => {
  const { chosen, show } = listOf('a', 'b', 'c', 'd')
  chosen.move(1)
  await nextTick()
  show('a', 'c', 'd')
  await nextTick()
  expect([chosen.targets.value, chosen.gone.value]).toEqual([['b'], true])
  chosen.move(1)
  await nextTick()
  expect([chosen.targets.value, chosen.gone.value]).toEqual([['c'], false])
  show('a', 'd')
  await nextTick()
  chosen.move(-1)
  expect(chosen.targets.value).toEqual(['a'])
  await nextTick()
  chosen.work(['a'])
  show('d')
  await nextTick()
  expect([chosen.targets.value, chosen.gone.value], 'own work goes on').toEqual([['d'], false])
})
