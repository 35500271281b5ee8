// What the program says, in English, by catalogue and code. In Chinese its own sentence is shown.
import type { Catalogue } from '@/api/types/Catalogue'
import type { Sentence } from '@/api/types/Sentence'
import { i18n } from '@/i18n'
import { alike } from './alike'
import { conflicts } from './conflicts'
import { exchange } from './exchange'
import { findings } from './findings'
import { imports } from './import'
import { joining } from './joining'
import { matching } from './matching'
import { packages } from './packages'
import { papers } from './papers'
import { pictures } from './pictures'
import { refusals } from './refusals'
import { rejected } from './rejected'
import { remarks } from './remarks'
import { rounds } from './rounds'
import { sheets } from './sheets'
import { steps } from './steps'
import { timeline } from './timeline'
import { today } from './today'
import { unfit } from './unfit'
import { vouchers } from './vouchers'
import { waiting } from './waiting'
import { words } from './words'

/** Sentences by code; where a value makes it another one, by the code and that value: `held.true`. */
export type Sentences = Record<string, string>

export const sentences: Record<Catalogue, Sentences> = {
  refusals,
  findings,
  timeline,
  today,
  waiting,
  vouchers,
  exchange,
  rejected,
  conflicts,
  remarks,
  unfit,
  rounds,
  sheets,
  papers,
  pictures,
  joining,
  packages,
  import: imports,
  steps,
  alike,
  matching,
}

function value(said: Sentence, name: string): string {
  if (name === 'within') return (said.within ?? []).map(inEnglish).join('; ')
  const told = said.values[name]
  if (told === undefined) return said.text
  const known = words[name]
  return known && Object.hasOwn(known, told) ? (known[told] ?? told) : told
}

/** Values that make a sentence another one. */
const CHOOSING = ['problem', 'denied', 'quantity', 'severity', 'until', 'kept', 'path', 'files']

/** Where a value stands, `{pages}`, or a word that goes by it: `{pages:page|pages}`. */
const PLACE = /\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g

/** The sentence in English; the program's own where there is none. */
export function inEnglish(said: Sentence): string {
  const all = sentences[said.catalogue]
  const particular = CHOOSING.map((name) => `${said.code}.${said.values[name]}`).find((key) => key in all)
  const sentence = all[particular ?? said.code]
  return (
    sentence?.replace(PLACE, (_, name: string, one?: string, many?: string) =>
      one === undefined || many === undefined ? value(said, name) : said.values[name] === '1' ? one : many,
    ) ?? said.text
  )
}

/** The sentence in the language of the screens. */
export function say(said: Sentence): string {
  return i18n.global.locale.value === 'en' ? inEnglish(said) : said.text
}
