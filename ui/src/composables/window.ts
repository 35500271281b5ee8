// A long list: only the pages that are seen are asked for, however long it is; again when the filter or the data changes.
import { computed, onBeforeUnmount, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue'
import type { Page } from '@/api/types/Page'
import { changes } from './data'

/** Rows asked for at once. */
const PAGE = 200
/** Rows asked for at once where all are wanted: the most that one answer carries. */
const WHOLE = 1_000

export interface Slice {
  rows: unknown[]
  total: number
}
type Row<S extends Slice> = S['rows'][number]

export interface Windowed<S extends Slice> {
  /** The newest answer: counts for the chips. */
  head: Ref<S | undefined>
  total: ComputedRef<number>
  at: (index: number) => Row<S> | undefined
  /** The place of a row that has been loaded; -1 where it has not. */
  placeOf: (fits: (row: Row<S>) => boolean) => number
  see: (first: number, last: number) => void
  /** Every row of the filter, for "select all". */
  everything: () => Promise<Row<S>[]>
  error: Ref<string | undefined>
  reload: () => Promise<void>
}

export function useWindow<S extends Slice>(ask: (page: Page) => Promise<S>, key: () => unknown): Windowed<S> {
  const pages = shallowRef(new Map<number, Row<S>[]>())
  const head = shallowRef<S>()
  const error = ref<string>()
  const seen = { first: 0, last: 0 }
  let newest = 0

  async function load(fresh: boolean): Promise<void> {
    const mine = fresh ? ++newest : newest
    const wanted: number[] = []
    for (let page = Math.floor(seen.first / PAGE); page <= Math.floor(seen.last / PAGE); page++) if (fresh || !pages.value.has(page)) wanted.push(page)
    if (wanted.length === 0) return
    try {
      const answers = await Promise.all(wanted.map((page) => ask({ offset: page * PAGE, limit: PAGE })))
      if (mine !== newest) return
      const next = fresh ? new Map<number, Row<S>[]>() : new Map(pages.value)
      answers.forEach((answer, index) => next.set(wanted[index] ?? 0, answer.rows))
      pages.value = next
      head.value = answers[0]
      error.value = undefined
    } catch (failed) {
      if (mine === newest) error.value = failed instanceof Error ? failed.message : String(failed)
    }
  }

  const stops = [
    watch(key, () => ((seen.first = seen.last = 0), void load(true)), { immediate: true, deep: true }),
    watch(() => changes.version, () => void load(true)),
  ]
  onBeforeUnmount(() => stops.forEach((stop) => stop()))

  return {
    head,
    total: computed(() => head.value?.total ?? 0),
    at: (index) => pages.value.get(Math.floor(index / PAGE))?.[index % PAGE],
    placeOf(fits) {
      for (const [page, rows] of pages.value) {
        const place = rows.findIndex(fits)
        if (place >= 0) return page * PAGE + place
      }
      return -1
    },
    see(first, last) {
      seen.first = first
      seen.last = Math.max(first, last - 1)
      void load(false)
    },
    async everything() {
      const all: Row<S>[] = []
      for (;;) {
        const { rows, total } = await ask({ offset: all.length, limit: WHOLE })
        all.push(...rows)
        if (rows.length === 0 || all.length >= total) return all
      }
    },
    error,
    reload: () => load(true),
  }
}
