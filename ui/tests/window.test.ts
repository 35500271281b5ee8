// A long list whose answers come late and in another order than they were asked for.
import { effectScope, nextTick, ref } from 'vue'
import { expect, test, vi } from 'vitest'
import type { Page } from '@/api/types/Page'
import { changes } from '@/composables/data'
import { useWindow } from '@/composables/window'

const TOTAL = 2_000

/** A list of the numbers from `base`, whose answers wait until the test lets one go by the place it begins at. */
function late() {
  const base = ref(0)
  const waiting: { offset: number; answer: () => void }[] = []
  const ask = vi.fn((page: Page) => {
    const from = base.value
    const rows = Array.from({ length: page.limit }, (_, step) => from + page.offset + step)
    return new Promise<{ rows: number[]; total: number }>((resolve) =>
      waiting.push({ offset: page.offset, answer: () => resolve({ rows, total: TOTAL }) }),
    )
  })
  const list = effectScope().run(() => useWindow(ask, () => base.value))
  if (!list) throw new Error('no list')
  async function answer(offset: number): Promise<void> {
    const place = waiting.findIndex((one) => one.offset === offset)
    waiting.splice(place, 1)[0]?.answer()
    await new Promise((resolve) => setTimeout(resolve))
  }
  return { list, base, ask, answer }
}

test('what is scrolled to while the list is read anew stays', async () => {
  const { list, answer } = late()
  await answer(0)
  changes.version += 1
  await nextTick()
  list.see(1_010, 1_040)
  await answer(1_000)
  await answer(0)
  expect([list.at(0), list.at(1_020)]).toEqual([0, 1_020])
})

test('a page that was there before the list is read anew is asked for again', async () => {
  const { list, base, answer } = late()
  await answer(0)
  list.see(1_010, 1_040)
  await answer(1_000)
  base.value = 5
  await nextTick()
  list.see(1_010, 1_040)
  await answer(0)
  await answer(1_000)
  expect([list.at(0), list.at(1_020)]).toEqual([5, 1_025])
})

test('an answer of the filter before does not come into the list', async () => {
  const { list, base, answer } = late()
  base.value = 5
  await nextTick()
  await answer(0)
  expect(list.at(0), 'asked under the other filter').toBeUndefined()
  await answer(0)
  expect(list.at(0)).toBe(5)
})

test('scrolling within a page asks once', async () => {
  const { list, ask, answer } = late()
  await answer(0)
  for (let first = 1_010; first < 1_050; first++) list.see(first, first + 30)
  expect(ask).toHaveBeenCalledTimes(2)
})
