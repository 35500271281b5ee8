// What can be done with an order at its stage, and which of it comes next. The program decides; these say which keys there is a
// use for (`crates/domain/src/order/may.rs`).
import type { OrderCard } from '@/api/types/OrderCard'
import type { OrderRow } from '@/api/types/OrderRow'
import type { OrderStage } from '@/api/types/OrderStage'

export type Step = 'sign' | 'contact' | 'facts' | 'help' | 'reply' | 'revisit' | 'close' | 'assign' | 'return'

/** The key of each step, in the order of the work. */
export const STEP_KEYS: Record<Step, string> = {
  sign: 'Q',
  contact: 'C',
  facts: 'F',
  reply: 'Y',
  revisit: 'V',
  close: 'X',
  help: 'H',
  assign: 'A',
  return: 'R',
}

const OPEN: readonly OrderStage[] = ['to_sign', 'signed', 'contacted', 'handling']
export const isOpen = (stage: OrderStage): boolean => OPEN.includes(stage)
/** Replied to and not closed. */
const isReplied = (stage: OrderStage): boolean => stage === 'replied' || stage === 'revisited'

/** Whether there is a use for a step. A reply is refused by the program where nobody was contacted. */
export function may(step: Step, { stage, consultation }: OrderRow): boolean {
  if (step === 'sign') return stage === 'to_sign'
  if (step === 'revisit') return isReplied(stage)
  if (step === 'close') return stage === 'revisited' || (stage === 'replied' && consultation)
  if (step === 'reply') return isOpen(stage) && (consultation || stage === 'contacted' || stage === 'handling')
  return isOpen(stage) || (isReplied(stage) && step !== 'contact' && step !== 'return')
}

/** What stands on the buttons: a step that the work is not near yet has its key alone. */
export function isNear(step: Step, row: OrderRow): boolean {
  const early = row.stage === 'to_sign' || row.stage === 'signed'
  return may(step, row) && !(early && (step === 'facts' || step === 'help'))
}

/** What comes next: none once nothing is left to be done. */
export function nextOf({ row, turns }: OrderCard): Step | undefined {
  const { stage, consultation } = row
  const turn = turns.at(-1)
  if (stage === 'replied') return consultation ? 'close' : 'revisit'
  if (stage === 'revisited') return 'close'
  if (!isOpen(stage)) return undefined
  if (consultation) return 'reply'
  if (stage === 'to_sign') return 'sign'
  if (!turn?.contacts.length) return 'contact'
  if (!turn.found.length) return 'facts'
  return 'reply'
}
