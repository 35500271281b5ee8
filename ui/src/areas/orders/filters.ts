// What the list of orders is narrowed by: stage or list of the day, kind, how pressing, building, who sees to them. All of it
// is in the address.
import { api } from '@/api/client'
import { ORDER_STAGES } from '@/api/known'
import type { ChipCount } from '@/api/types/ChipCount'
import type { DayList } from '@/api/types/DayList'
import type { OrderExport } from '@/api/types/OrderExport'
import type { OrderList } from '@/api/types/OrderList'
import type { OrderListRequest } from '@/api/types/OrderListRequest'
import type { OrderStage } from '@/api/types/OrderStage'
import type { Page } from '@/api/types/Page'
import type { Urgency } from '@/api/types/Urgency'
import { i18n } from '@/i18n'
import { answerTo } from '@/composables/answers'
import type { InAddress } from '@/composables/address'
import { exportNow } from '@/composables/exported'
import { usePassing } from '@/composables/passing'
import { useRows, type Asked, type Chip, type Choice } from '@/parts/queue/queue'

const { t } = i18n.global
export const FILTERS = ['stage', 'list', 'category', 'urgency', 'building', 'assignee'] as const
export type Filter = (typeof FILTERS)[number]
/** The lists by which a day is closed that no stage is: what is still to be seen to. */
const LISTS = ['overdue', 'not_contacted', 'unsolved', 'dissatisfied'] as const
/** Stands in the address for what is empty: no kind, nobody. */
const NONE = '-'
/** Width of a list to choose from, in the size of the type. */
const WIDTH = 7.2

/** What is asked for where the address says so. */
export function requestOf(of: (key: Filter) => string | null, query: string, page: Page): OrderListRequest {
  const named = (key: Filter) => (of(key) === NONE ? '' : of(key))
  return {
    stage: of('stage') as OrderStage | null,
    list: of('list') as DayList | null,
    day: null,
    category: named('category'),
    urgency: of('urgency') as Urgency | null,
    building: of('building'),
    assignee: named('assignee'),
    query: query || null,
    page,
  }
}

/** The orders that the address asks for; again as their clocks run. */
export function useOrders(): Asked<OrderList> {
  const orders = useRows(
    (page, { of, text }) =>
      answerTo(
        'orderList',
        requestOf((key) => of(key).value, text.value, page),
      ),
    ({ of, text }) => [...FILTERS.map((key) => of(key).value), text.value],
  )
  usePassing('orders', orders.list.reload)
  return orders
}

/** Whether the address asks for less than all that is open. */
export const isNarrowed = ({ of, text }: InAddress): boolean =>
  text.value !== '' || FILTERS.some((key) => of(key).value !== null)

type Orders = Pick<Asked<OrderList>, 'list' | 'address' | 'choose'>
const countOf = (counts: ChipCount[] | undefined, wanted: string) => counts?.find(({ key }) => key === wanted)?.count

/** What is open, and each stage, with their numbers. */
export function stageChips({ list, address, choose }: Orders): Chip[] {
  const head = list.head.value
  const stage = address.of('stage').value
  const listed = address.of('list').value
  const chip = (key: OrderStage | undefined, label: string, count: number | undefined): Chip => ({
    key: key ?? 'open',
    label,
    count,
    on: !listed && stage === (key ?? null),
    choose: () => choose({ stage: key, list: undefined }),
  })
  return [
    chip(undefined, t('orders.all'), head?.open),
    ...ORDER_STAGES.map(([key]) => chip(key, t(`orders.stage.${key}`), countOf(head?.stages, key))),
  ]
}

/** What a day ends with, as far as there is some of it: pressed again, a list lets go. */
export function listChips({ list, address, choose }: Orders): Chip[] {
  const listed = address.of('list').value
  const chips = LISTS.map((key) => ({
    key,
    label: t(`orders.list.${key}`),
    count: countOf(list.head.value?.lists, key),
    on: listed === key,
    choose: () => choose({ list: listed === key ? undefined : key, stage: undefined }),
  }))
  return chips.filter(({ count, on }) => count || on)
}

/** Sheets that come of the list: that of the day's list where one is shown, else of what is open; and of what is done. */
export function exportsOf({ address }: Orders): { label: string; run: () => void }[] {
  const listed = LISTS.find((key) => key === address.of('list').value)
  const sheets: OrderExport[] = [listed ?? 'open', 'replied', 'returned']
  return sheets.map((which) => ({
    label: t(`orders.export.${which}`),
    run: () => void exportNow(() => api.orderExport({ which, day: null, path: null })),
  }))
}

/** The lists to choose a kind, an urgency, a building or a person from. */
export function choicesOf({ list, address, choose }: Orders): Choice[] {
  const head = list.head.value
  const choice = (
    key: 'category' | 'urgency' | 'building' | 'assignee',
    chips: ChipCount[] = [],
    label = (one: string) => one,
  ): Choice => ({
    label: t(`orders.by.${key}`),
    all: t(`orders.everything.${key}`),
    value: address.of(key).value,
    options: chips.map(({ key: one, count }) => ({ key: one || NONE, count, label: label(one) })),
    choose: (value) => choose({ [key]: value }),
    width: WIDTH,
  })
  return [
    choice('category', head?.categories, (one) => one || t('orders.noCategory')),
    choice('urgency', head?.urgencies, (one) => t(`orders.urgency.${one}`)),
    choice('building', head?.buildings),
    choice('assignee', head?.assignees, (one) => one || t('tasks.nobody')),
  ]
}
