// A queue: a list of things that clerks work through by keys. What it is of is a definition, a row and a card; how it is
// asked for, moved in, filtered, ticked and shown is here and in QueueView.
import { computed, type ComputedRef, type Ref } from 'vue'
import { useRoute } from 'vue-router'
import type { Page } from '@/api/types/Page'
import { useAddress, type InAddress } from '@/composables/address'
import { useSelection, type Selection } from '@/composables/selection'
import { useWindow, type Windowed } from '@/composables/window'
import { i18n } from '@/i18n'
import { firstOfEach, useCommands, type Command } from './commands'

const { t } = i18n.global

export interface Row {
  id: string
}
export interface Rows {
  rows: Row[]
  total: number
}

/** A button that narrows the list to some of it, with their number. */
export interface Chip {
  key: string
  label: string
  count: number | undefined
  on: boolean
  choose: () => void
}

/** A list of values that narrow the list, each with its number. */
export interface Choice {
  label: string
  all: string
  value: string | null
  options: { key: string; label: string; count: number }[]
  choose: (value: string | undefined) => void
  /** For long lists: letters narrow it. */
  typed?: boolean
  /** Width, in the size of the type. */
  width: number
}

/** What stands in the place of the rows where there are none. */
export interface Nothing {
  title: string
  text: string
  /** What can be done about it, the main thing first. */
  ways: { label: string; run: () => void }[]
}

export interface Definition<R extends Row> {
  /** Under what its filters are saved. */
  kind: string
  title: () => string
  /** How much there is to do, beside the title. */
  tally?: () => string | undefined
  /** The list's name for those who do not see it; the title where absent. */
  label?: () => string
  /** What a row is called, for those who do not see it. */
  name: (row: R) => string
  /** Height of a row, in the size of the type; that of one line where absent. */
  height?: number
  /** Worked through one after the other, the card in front: nothing is ticked. */
  oneByOne?: boolean
  keys: Command[]
  /** Sheets that come of the queue, by their full names; the first has the key E. */
  exports?: () => { label: string; run: () => void }[]
  chips?: () => Chip[]
  search?: { text: Ref<string>; placeholder: () => string; choices?: () => Choice[]; chips?: () => Chip[] }
  /** Values of the address that are a filter with a name. */
  saved?: readonly string[]
  nothing: () => Nothing
  /** What is said of the number of rows, and of those ticked. */
  words?: { rows: (n: number) => string; ticked: (n: number) => string }
}

/** A queue's rows: where its filter stands, what was asked for, and what is chosen. */
export interface Asked<S extends Rows> {
  list: Windowed<S>
  chosen: Selection
  /** The row under the cursor, as far as it is loaded. */
  row: ComputedRef<S['rows'][number] | undefined>
  /** What a list of another filter is known by. */
  filter: () => unknown
  /** Narrows the list: what was ticked is no longer meant. */
  choose: (changed: Record<string, string | null | undefined>) => void
  address: InAddress
}

export interface Queue<S extends Rows> extends Asked<S>, Definition<S['rows'][number]> {}

/** Asks for the rows of a queue, again when the filter or the data changes. */
export function useRows<S extends Rows>(
  ask: (page: Page, address: InAddress) => Promise<S>,
  filter: (address: InAddress) => unknown,
): Asked<S> {
  const route = useRoute()
  const address = useAddress()
  const list = useWindow<S>(
    (page) => ask(page, address),
    () => filter(address),
  )
  const first = typeof route.query.id === 'string' ? route.query.id : undefined
  const chosen = useSelection(list, first, () => filter(address))
  const choose: Asked<S>['choose'] = (changed) => {
    chosen.ticked.clear()
    address.filter(changed)
  }
  const row = computed(() => (chosen.place.value < 0 ? undefined : list.at(chosen.place.value)))
  return { list, chosen, row, filter: () => filter(address), choose, address }
}

function moves({ move }: Selection): Command[] {
  return [
    { key: 'ArrowUp', label: () => t('keys.up'), hint: () => t('keys.move'), run: () => move(-1) },
    { key: 'ArrowDown', label: () => t('keys.down'), hint: () => t('keys.move'), run: () => move(1) },
  ]
}

function ticks({ current, ticked, toggle, all, move }: Selection): Command[] {
  return [
    { key: 'Shift+ArrowUp', label: () => t('keys.extend'), run: () => move(-1, true) },
    { key: 'Shift+ArrowDown', label: () => t('keys.extend'), run: () => move(1, true) },
    { key: 'Space', label: () => t('keys.tick'), hint: () => t('keys.tick'), run: () => toggle(current.value) },
    { key: 'Ctrl+A', label: () => t('keys.tickAll'), hint: () => t('keys.tickAll'), run: () => void all() },
    { key: 'Escape', label: () => t('keys.tickNone'), run: () => ticked.clear() },
  ]
}

function ofFilter(): Command {
  const field = () => document.querySelector<HTMLInputElement>('[data-filter]')
  return { key: '/', label: () => t('keys.filter'), run: () => field()?.focus() }
}

function ofExports(exports: () => { label: string; run: () => void }[]): Command {
  return { key: 'E', label: () => exports()[0]?.label ?? '', run: () => exports()[0]?.run() }
}

/** Defines a queue and makes its keys hold for as long as the calling page lives. */
export function defineQueue<S extends Rows>(asked: Asked<S>, of: Definition<S['rows'][number]>): Queue<S> {
  const keys = firstOfEach([
    ...moves(asked.chosen),
    ...of.keys,
    ...(of.oneByOne ? [] : ticks(asked.chosen)),
    ...(of.exports ? [ofExports(of.exports)] : []),
    ...(of.search ? [ofFilter()] : []),
  ])
  useCommands(keys)
  return { ...of, ...asked, keys }
}
