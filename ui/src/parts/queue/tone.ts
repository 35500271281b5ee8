// Stages of what queues hold, in order, each with its tone: what has to be done, goes on, is done, or went wrong. The colour
// of a stage follows from its tone.
import type { Stage } from '@/api/types/Stage'

export type Tone = 'waiting' | 'going' | 'done' | 'bad'

/** The classes of tags (style/base.css). */
export const TAGS: Record<Tone, string> = { waiting: 'warn', going: 'info', done: 'ok', bad: 'bad' }

const TONES: Record<Stage, Tone> = {
  pending: 'waiting',
  to_notify: 'going',
  notified: 'going',
  collected: 'done',
  rejected: 'bad',
}

/** A reservation's stages, in order. */
export const STAGES = Object.keys(TONES) as Stage[]

export const tagOf = (stage: Stage): string => TAGS[TONES[stage]]
