// Which rows of a list are chosen: the one under the cursor, or those ticked with Space, Shift and "all".
import { computed, reactive, ref, watch, type ComputedRef, type Ref } from 'vue'
import type { Windowed } from './window'

export interface Selection {
  current: Ref<string | undefined>
  place: ComputedRef<number>
  ticked: Set<string>
  /** What a command is for: the ticked rows, else the one under the cursor. */
  targets: ComputedRef<string[]>
  move: (step: number, extend?: boolean) => void
  toggle: (id: string | undefined) => void
  all: () => Promise<void>
}

export function useSelection<S extends { rows: { id: string }[]; total: number }>(
  list: Windowed<S>,
  first: string | undefined,
): Selection {
  const current = ref(first)
  const ticked = reactive(new Set<string>())
  const place = computed(() => list.placeOf((row) => row.id === current.value))
  let last = 0

  watch(
    [place, list.head],
    ([now]) => {
      if (now >= 0) last = now
      else if (!current.value || list.head.value) {
        // The decided row leaves; the next one takes its place under the cursor.
        const next = list.at(Math.min(last, Math.max(0, list.total.value - 1)))
        if (next || list.total.value === 0) current.value = next?.id
      }
    },
    { flush: 'post' },
  )

  return {
    current,
    place,
    ticked,
    targets: computed(() => (ticked.size > 0 ? [...ticked] : current.value ? [current.value] : [])),
    move(step, extend = false) {
      const next = list.at(Math.min(Math.max(place.value + step, 0), list.total.value - 1))
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
      for (const row of await list.everything()) ticked.add(row.id)
    },
  }
}
