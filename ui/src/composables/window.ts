// A long list: only the pages that are seen are asked for, however long it is; again when the filter or the data changes.
import { computed, nextTick, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue'
import { MOST } from '@/api/known'
import type { Page } from '@/api/types/Page'
import { isOvertaken } from './answers'
import { changes } from './data'

/** Rows asked for at once. */
const PAGE = 200

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
  /** When all that was asked for by now, and what follows from it, has been answered. */
  settled: () => Promise<void>
}

export function useWindow<S extends Slice>(ask: (page: Page) => Promise<S>, key: () => unknown): Windowed<S> {
  const pages = shallowRef(new Map<number, Row<S>[]>())
  const head = shallowRef<S>()
  const error = ref<string>()
  const seen = { first: 0, last: 0 }
  /** Each filter and each change of the data begins a list of its own; `shown` is the one that `pages` is of. */
  let newest = 0
  let shown = 0
  /** Pages of the newest list that are asked for and not answered. */
  const asking = new Set<number>()

  /** Loads that are under way. */
  const loading = new Set<Promise<void>>()
  function load(fresh: boolean): Promise<void> {
    const mine = fetchPages(fresh).finally(() => loading.delete(mine))
    loading.add(mine)
    return mine
  }

  async function fetchPages(fresh: boolean): Promise<void> {
    if (fresh) {
      newest += 1
      asking.clear()
    }
    const mine = newest
    const wanted: number[] = []
    for (let page = Math.floor(seen.first / PAGE); page <= Math.floor(seen.last / PAGE); page++)
      if (!asking.has(page) && (shown !== mine || !pages.value.has(page))) wanted.push(page)
    if (wanted.length === 0) return
    wanted.forEach((page) => asking.add(page))
    try {
      const answers = await Promise.all(wanted.map((page) => ask({ offset: page * PAGE, limit: PAGE })))
      if (mine !== newest) return
      const next = new Map(shown === mine ? pages.value : [])
      answers.forEach((answer, index) => next.set(wanted[index] ?? 0, answer.rows))
      pages.value = next
      head.value = answers[0]
      error.value = undefined
      shown = mine
    } catch (failed) {
      if (mine === newest && !isOvertaken(failed))
        error.value = failed instanceof Error ? failed.message : String(failed)
    } finally {
      if (mine === newest) wanted.forEach((page) => asking.delete(page))
    }
  }

  watch(key, () => ((seen.first = seen.last = 0), void load(true)), { immediate: true, deep: true })
  watch(
    () => changes.version,
    () => void load(true),
  )

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
        const { rows, total } = await ask({ offset: all.length, limit: MOST.rows })
        all.push(...rows)
        if (rows.length === 0 || all.length >= total) return all
      }
    },
    error,
    reload: () => load(true),
    async settled() {
      // A change of the data asks again only when the page has heard of it.
      await nextTick()
      while (loading.size > 0) await Promise.all(loading)
    },
  }
}
