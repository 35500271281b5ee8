// What the list of tasks is narrowed by: tray, building, who sees to them, source, and how much they press. All of it is
// in the address.
import { TASK_TRAYS } from '@/api/known'
import type { Page } from '@/api/types/Page'
import type { ChipCount } from '@/api/types/ChipCount'
import type { TaskList } from '@/api/types/TaskList'
import type { TaskListRequest } from '@/api/types/TaskListRequest'
import type { Tray } from '@/api/types/Tray'
import { i18n } from '@/i18n'
import type { Asked, Chip, Choice } from '@/parts/queue/queue'
import { isOpen } from './acts'

const { t } = i18n.global
export const FILTERS = ['tray', 'pressing', 'building', 'assignee', 'source'] as const
export type Filter = (typeof FILTERS)[number]
/** Stands in the address for what nobody sees to. */
const NOBODY = '-'
/** Width of a list to choose from, in the size of the type. */
const WIDTH = 7.4

/** What is asked for where the address says so. */
export function requestOf(of: (key: Filter) => string | null, query: string, page: Page): TaskListRequest {
  return {
    tray: of('tray') as Tray | null,
    pressing: of('pressing') === '1',
    building: of('building'),
    assignee: of('assignee') === NOBODY ? '' : of('assignee'),
    source: of('source'),
    query: query || null,
    page,
  }
}

type Tasks = Pick<Asked<TaskList>, 'list' | 'address' | 'choose'>

/** What is open, and each tray, with their numbers. */
export function trayChips({ list, address, choose }: Tasks): Chip[] {
  const counts = list.head.value?.counts
  const count = (fits: (tray: Tray) => boolean) =>
    counts?.reduce((sum, { key, count }) => sum + (fits(key as Tray) ? count : 0), 0)
  const chip = (key: Tray | null, label: string, fits: (tray: Tray) => boolean): Chip => ({
    key: key ?? 'open',
    label,
    count: count(fits),
    on: address.of('tray').value === key,
    choose: () => choose({ tray: key ?? undefined, pressing: undefined }),
  })
  return [
    chip(null, t('tasks.all'), isOpen),
    ...TASK_TRAYS.map(([key]) => chip(key, t(`tasks.tray.${key}`), (tray) => tray === key)),
  ]
}

/** What is due soon or over; pressed again, it lets go. */
export function pressingChip({ list, address, choose }: Tasks): Chip {
  const on = address.of('pressing').value === '1'
  return {
    key: 'pressing',
    label: t('tasks.pressing'),
    count: list.head.value?.pressing,
    on,
    choose: () => choose({ pressing: on ? undefined : '1' }),
  }
}

/** The lists to choose a building, a person or a source from. */
export function choicesOf({ list, address, choose }: Tasks): Choice[] {
  const head = list.head.value
  const choice = (key: 'building' | 'assignee' | 'source', all: string, chips: ChipCount[] = []): Choice => ({
    label: t(`tasks.by.${key}`),
    all,
    value: address.of(key).value,
    options: chips.map(({ key, count }) => ({ key: key || NOBODY, count, label: key || t('tasks.nobody') })),
    choose: (value) => choose({ [key]: value }),
    width: WIDTH,
  })
  return [
    choice('building', t('tasks.allBuildings'), head?.buildings),
    choice('assignee', t('tasks.allAssignees'), head?.assignees),
    choice('source', t('tasks.allSources'), head?.sources),
  ]
}
