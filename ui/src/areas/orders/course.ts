// What was done about an order in one turn, line by line in the order in which it happened.
import type { DidRow } from '@/api/types/DidRow'
import type { TurnRow } from '@/api/types/TurnRow'
import { i18n } from '@/i18n'

const { t } = i18n.global

export interface CourseLine extends DidRow {
  what: string
  /** What was said or found. */
  text: string
  /** A word behind it, and its tone. */
  mark?: { words: string; tone: 'ok' | 'warn' | 'bad' | 'info' | '' }
}

const REASONABLE = { true: 'orders.reasonable', false: 'orders.unreasonable' } as const

function contacts({ contacts }: TurnRow): CourseLine[] {
  return contacts.map(({ way, note, by, at }) => ({
    what: t('orders.step.contact'),
    text: note ?? '',
    mark: way ? { words: t(`tasks.way.${way}`), tone: 'ok' } : { words: t('orders.notReached'), tone: 'warn' },
    by,
    at,
  }))
}
function found({ found }: TurnRow): CourseLine[] {
  return found.map(({ facts, reasonable, by, at }) => ({
    what: t('orders.step.facts'),
    text: facts,
    mark: reasonable === null ? undefined : { words: t(REASONABLE[`${reasonable}`]), tone: '' },
    by,
    at,
  }))
}
function helps({ helps }: TurnRow): CourseLine[] {
  return helps.flatMap(({ unit, what, asked, given }) => [
    ...(what
      ? [
          {
            what: t('orders.step.help'),
            text: t('orders.asked', { unit, what }),
            mark: given ? undefined : { words: t('orders.stillAsked'), tone: 'warn' as const },
            ...asked,
          },
        ]
      : []),
    ...(given
      ? [
          {
            what: t('orders.step.help'),
            text: t('orders.answered', { unit, text: given.reason }),
            by: given.by,
            at: given.at,
          },
        ]
      : []),
  ])
}
function replies({ replies }: TurnRow): CourseLine[] {
  return replies.map(({ result, text, counts, by, at }) => ({
    what: t('orders.step.reply'),
    text,
    mark: counts
      ? { words: t(`orders.result.${result}`), tone: result === 'solved' ? 'ok' : 'info' }
      : { words: t('orders.besides'), tone: 'bad' },
    by,
    at,
  }))
}
function revisits({ revisits }: TurnRow): CourseLine[] {
  const tones = { satisfied: 'ok', acceptable: 'ok', dissatisfied: 'bad', not_reached: 'warn' } as const
  return revisits.map(({ satisfaction, words, by, at }) => ({
    what: t('orders.step.revisit'),
    text: words ?? '',
    mark: { words: t(`orders.satisfaction.${satisfaction}`), tone: tones[satisfaction] },
    by,
    at,
  }))
}

/** Everything that was done in a turn, in order. */
export function courseOf(turn: TurnRow): CourseLine[] {
  const did = (what: string, did: DidRow | null) => (did ? [{ what, text: '', by: did.by, at: did.at }] : [])
  const because = (what: string, all: TurnRow['urged']) =>
    all.map(({ reason, by, at }) => ({ what, text: reason, by, at }))
  const lines = [
    ...because(t('orders.again'), turn.again ? [turn.again] : []),
    ...did(t('orders.step.sign'), turn.signed),
    ...contacts(turn),
    ...found(turn),
    ...helps(turn),
    ...because(t('orders.urged'), turn.urged),
    ...replies(turn),
    ...revisits(turn),
    ...because(t('orders.step.return'), turn.returned ? [turn.returned] : []),
    ...because(t('orders.stage.recalled'), turn.recalled ? [turn.recalled] : []),
    ...did(t('orders.step.close'), turn.closed),
  ]
  return lines.sort((one, other) => one.at.localeCompare(other.at))
}
