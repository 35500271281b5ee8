// Which rows of a list are chosen: the one under the cursor, or those ticked with Space, Shift and "all". What was decided
// and is about to leave is passed over at once: the next key is for the next row, however long the writing takes. What leaves by
// itself, because somebody else did something, keeps the cursor: nobody's next key may be for a row that was never looked at.
import { computed, reactive, ref, watch, type ComputedRef, type Ref } from 'vue'
import { inLine, line } from './line'
import type { Windowed } from './window'

export interface Selection {
  current: Ref<string | undefined>
  place: ComputedRef<number>
  ticked: Set<string>
  /** The row under the cursor left the list by itself: its card stays until the cursor is moved. */
  gone: ComputedRef<boolean>
  /** Decided, and still in the list. */
  leaving: Set<string>
  /** What a command is for: the ticked rows, else the one under the cursor. */
  targets: ComputedRef<string[]>
  move: (step: number, extend?: boolean) => void
  toggle: (id: string | undefined) => void
  all: () => Promise<void>
  /** These were decided: they will leave, and the cursor goes on to what stays. */
  leave: (ids: string[]) => void
  /** Something is done to these: where they leave by it, the cursor goes on. */
  work: (ids: string[]) => void
  /** They stay after all: the cursor, or the ticks, go back to them. */
  stay: (ids: string[]) => void
}

/**
 * Does something to rows in its turn. It is for these rows, whatever is under the cursor when its turn comes; those that
 * leave what is shown by it are passed over at once, and stay after all where it fails.
 */
export async function decideOn<T>(
  chosen: Selection,
  ids: string[],
  leaves: boolean,
  what: () => Promise<T>,
): Promise<T | undefined> {
  chosen.ticked.clear()
  chosen.work(ids)
  if (leaves) chosen.leave(ids)
  const result = await inLine(what)
  if (result === undefined) chosen.stay(ids)
  return result
}

export function useSelection<S extends { rows: { id: string }[]; total: number }>(
  list: Windowed<S>,
  first: string | undefined,
  filter: () => unknown = () => null,
): Selection {
  const current = ref(first)
  const ticked = reactive(new Set<string>())
  const leaving = reactive(new Set<string>())
  /** What is being done something to. */
  const worked = new Set<string>()
  /** The row that was under the cursor last, of which list, and whether it has left it by itself. */
  const seen = ref<{ id: string; filter: string }>()
  const asked = () => JSON.stringify(filter())
  const placeOf = (id: string | undefined) => list.placeOf((row) => row.id === id)
  const place = computed(() => placeOf(current.value))
  const gone = computed(
    () => place.value < 0 && !!current.value && seen.value?.id === current.value && list.total.value > 0,
  )
  let last = 0

  /** The nearest row that stays from a place on in a direction; as far as rows are loaded. */
  function staying(from: number, step: number): { id: string } | undefined {
    let at = from
    for (let row = list.at(at); row; row = list.at((at += step))) if (!leaving.has(row.id)) return row
    return undefined
  }

  watch(
    [place, list.head],
    ([now]) => {
      const { value: id } = current
      if (now >= 0) {
        last = now
        if (id) seen.value = { id, filter: asked() }
      } else if (
        id &&
        seen.value?.id === id &&
        seen.value.filter === asked() &&
        !worked.has(id) &&
        list.total.value > 0
      ) {
        // It left by itself.
      } else if (!id || list.head.value) {
        // The decided row leaves; the next one takes its place under the cursor.
        const from = Math.min(last, Math.max(0, list.total.value - 1))
        const next = staying(from, 1) ?? staying(from, -1)
        if (next || list.total.value === 0) current.value = next?.id
      }
    },
    { flush: 'post' },
  )
  watch(
    () => line.settled,
    async (settled) => {
      await list.settled()
      if (settled !== line.settled || line.waiting > 0) return
      leaving.clear()
      worked.clear()
    },
  )

  return {
    current,
    place,
    ticked,
    gone,
    leaving,
    targets: computed(() => (ticked.size > 0 ? [...ticked] : current.value ? [current.value] : [])),
    move(step, extend = false) {
      // Where the row under the cursor has left, the next one stands in its place.
      const here = place.value >= 0 ? place.value : step > 0 ? last - 1 : last
      const from = Math.min(Math.max(here + step, 0), list.total.value - 1)
      const next = staying(from, step < 0 ? -1 : 1)
      if (!next) return
      if (extend) {
        if (current.value) ticked.add(current.value)
        ticked.add(next.id)
      }
      current.value = next.id
    },
    toggle(id) {
      if (id && !ticked.delete(id)) ticked.add(id)
    },
    async all() {
      for (const row of await list.everything()) if (!leaving.has(row.id)) ticked.add(row.id)
    },
    leave(ids) {
      ids.forEach((id) => leaving.add(id))
      if (!current.value || !leaving.has(current.value)) return
      const from = Math.max(place.value, 0)
      current.value = (staying(from, 1) ?? staying(from, -1))?.id
    },
    work: (ids) => ids.forEach((id) => worked.add(id)),
    stay(ids) {
      ids.forEach((id) => leaving.delete(id))
      if (ids.length > 1) ids.forEach((id) => ticked.add(id))
      const [one] = ids
      if (one && (place.value < 0 || placeOf(one) < place.value)) current.value = one
    },
  }
}
