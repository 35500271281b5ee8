// Stages of what queues hold, in order, each with its tone: what has to be done, goes on, is done, or went wrong. The colour
// of a stage follows from its tone.
import { INSTRUCTION_STAGES, ORDER_STAGES, RESERVATION_STAGES, TASK_TRAYS } from '@/api/known'
import type { OrderStage } from '@/api/types/OrderStage'
import type { Stage } from '@/api/types/Stage'
import type { Tray } from '@/api/types/Tray'

/** The classes of tags (style/base.css). */
const TAGS = { waiting: 'warn', going: 'info', done: 'ok', bad: 'bad' } as const

/** A reservation's stages, in order. */
export const STAGES: readonly Stage[] = RESERVATION_STAGES.map(([stage]) => stage)

const of = new Map<string, string>(
  [...RESERVATION_STAGES, ...INSTRUCTION_STAGES, ...TASK_TRAYS, ...ORDER_STAGES].map(([stage, tone]) => [
    stage,
    TAGS[tone],
  ]),
)

/** The class of a stage's tag. */
export const tagOf = (stage: Stage | Tray | OrderStage | (typeof INSTRUCTION_STAGES)[number][0]): string =>
  of.get(stage) ?? ''
