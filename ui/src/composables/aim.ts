// For whom something is to be done: fixed when the key is pressed, whatever is under the cursor when it is done.
import { computed, ref, type Ref, type WritableComputedRef } from 'vue'
import { i18n } from '@/i18n'
import type { Selection } from './selection'
import { toast } from './toast'
import { tellDone } from './undo'
import type { Windowed } from './window'

const { t } = i18n.global

export interface Aim {
  ids: string[]
  who: string
  /** What is to be looked at of them first. */
  asked?: string
}
interface People {
  rows: { id: string }[]
  total: number
}
export interface Aiming<S extends People, Asking extends string> {
  rowOf: (id: string) => S['rows'][number] | undefined
  /** Somebody by name, or the first of many with their number. */
  called: (names: string[], n: number) => string
  /** Those ticked, else who is under the cursor. */
  aim: () => Aim
  /** Whom the dialog that is open is about. */
  aimed: Ref<Aim>
  /** Opens a dialog about somebody. */
  ask: (what: Asking, of?: Aim) => void
  /** Whether this is asked now. */
  open: (what: Asking) => WritableComputedRef<boolean>
}

/** Whom the keys of a queue are for, and what is asked about them in a dialog; `nameOf`: what a row is called. */
export function useAim<S extends People, Asking extends string>(
  list: Windowed<S>,
  chosen: Selection,
  nameOf: (row: S['rows'][number]) => string,
): Aiming<S, Asking> {
  const aimed = ref<Aim>({ ids: [], who: '' })
  const asking: Ref<Asking | undefined> = ref()

  function rowOf(id: string): S['rows'][number] | undefined {
    const place = list.placeOf((row) => row.id === id)
    return place < 0 ? undefined : list.at(place)
  }
  function called(names: string[], n: number): string {
    return n === 1 ? (names[0] ?? '') : t('queue.whoAndOthers', { name: names[0] ?? '', n })
  }
  function aim(): Aim {
    const ids = [...chosen.targets.value]
    const rows = ids.flatMap((id) => rowOf(id) ?? [])
    return { ids, who: called(rows.map(nameOf), ids.length) }
  }
  function ask(what: Asking, of = aim()): void {
    if (of.ids.length === 0) return
    aimed.value = of
    asking.value = what
  }
  const open = (what: Asking) =>
    computed({
      get: () => asking.value === what,
      set: (now) => {
        if (now) ask(what)
        else if (asking.value === what) asking.value = undefined
      },
    })
  return { rowOf, called, aim, aimed, ask, open }
}

/** Says what was done and offers the way back, or that it was so already. */
export function tellAnswer(words: string, batch: number | null): void {
  if (batch === null) toast({ kind: 'info', text: t('queue.unchanged', { words }) })
  else tellDone(words, batch)
}
