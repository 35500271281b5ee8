// What is done with tasks by single keys: for which is fixed when the key is pressed, and done in that order.
import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { api } from '@/api/client'
import { VISIT_OUTCOMES } from '@/api/known'
import type { Done } from '@/api/types/Done'
import type { TaskList } from '@/api/types/TaskList'
import type { Tray } from '@/api/types/Tray'
import type { VisitOutcome } from '@/api/types/VisitOutcome'
import type { Way } from '@/api/types/Way'
import { tellAnswer, useAim, type Aim } from '@/composables/aim'
import { decideOn, type Selection } from '@/composables/selection'
import type { Windowed } from '@/composables/window'

type Asking = 'assign' | 'return' | 'visit' | 'find'

/** What came of asking somebody. */
export interface Visited {
  way: Way
  outcome: VisitOutcome
  learnt: Record<string, string>
  note: string | null
}

/** Trays of what is open. */
const OPEN: readonly Tray[] = ['undecided', 'to_visit', 'not_ours']
export const isOpen = (tray: Tray): boolean => OPEN.includes(tray)
/** What a visit finds, in the order of the keys. */
export const OUTCOMES: readonly VisitOutcome[] = VISIT_OUTCOMES.map(([outcome]) => outcome)
const answers = (outcome: VisitOutcome): boolean => VISIT_OUTCOMES.some(([one, is]) => one === outcome && is)

/** How somebody is asked: stays as it was chosen last, for calls and doors come in rows. */
export const way = ref<Way>('door')
export function turnWay(): void {
  way.value = way.value === 'door' ? 'phone' : 'door'
}

export function useTaskActs(list: Windowed<TaskList>, chosen: Selection, here: () => Tray | null) {
  const { t } = useI18n()
  const { rowOf, aim, aimed, ask, open } = useAim<TaskList, Asking>(
    list,
    chosen,
    ({ name }) => name || t('tasks.noName'),
  )
  /** The outcome that is asked about further. */
  const found = ref<VisitOutcome>()

  /** The cursor goes on from the row that is being done with, whether that leaves the list or not. */
  function goOn({ ids: [one, more] }: Aim): void {
    if (chosen.ticked.size === 0 && !more && one === chosen.current.value) chosen.move(1)
  }
  /** Does it in its turn; those that will leave the list are passed over at once. */
  async function done(of: Aim, to: Tray | undefined, words: string, what: () => Promise<Done>): Promise<void> {
    const shown = here()
    const leaves = to !== undefined && (shown === null ? !isOpen(to) : shown !== to)
    const answer = await decideOn(chosen, of.ids, leaves, what)
    if (answer) tellAnswer(words, answer.batch)
  }

  /** Whose a row is: somebody of the roster, or nobody of it. */
  function decide(of: Aim, resident: { id: string; name: string } | null): void {
    const words = resident
      ? t('tasks.decidedWho', { who: of.who, name: resident.name })
      : t('tasks.nobodysWho', { who: of.who })
    const request = { ids: of.ids, resident: resident?.id ?? null }
    goOn(of)
    void done(of, resident ? 'to_visit' : 'not_ours', words, () => api.taskDecide(request))
  }
  function visit(of: Aim, visited: Visited): void {
    const what = t('app.aside', { what: t(`tasks.outcome.${visited.outcome}`), more: t(`tasks.way.${visited.way}`) })
    const to = answers(visited.outcome) ? 'answered' : undefined
    goOn(of)
    void done(of, to, t('app.about', { what: of.who, text: what }), () => api.taskVisit({ ids: of.ids, ...visited }))
  }
  /** Enters an outcome: at once, unless the source wants to know more of who was found. */
  function enter(outcome: VisitOutcome, how = way.value): void {
    const of = aim()
    if (of.ids.length === 0) return
    if (outcome === 'found' && of.ids.some((id) => rowOf(id)?.asks)) askVisit(outcome, of)
    else visit(of, { way: how, outcome, learnt: {}, note: null })
  }
  function askVisit(outcome?: VisitOutcome, of = aim()): void {
    found.value = outcome
    ask('visit', of)
  }
  function assign(to: string | null, of = aimed.value): void {
    if (of.ids.length === 0) return
    const words = to ? t('tasks.assignedWho', { who: of.who, to }) : t('tasks.takenFromWho', { who: of.who })
    void done(of, undefined, words, () => api.taskAssign({ ids: of.ids, to }))
  }
  function giveBack(reason: string): void {
    const of = aimed.value
    const words = t('tasks.returnedWho', { who: of.who, reason })
    void done(of, 'returned', words, () => api.taskReturn({ ids: of.ids, reason }))
  }

  return {
    rowOf,
    aimed,
    ask,
    found,
    decide,
    visit: (visited: Visited) => visit(aimed.value, visited),
    enter,
    askVisit,
    assign: (to: string) => assign(to),
    unassign: () => assign(null, aim()),
    giveBack,
    assigning: open('assign'),
    returning: open('return'),
    visiting: open('visit'),
    finding: open('find'),
  }
}

export type TaskActs = ReturnType<typeof useTaskActs>
