// What can be done on a page, said once: its key, its button, its hint below the list and its line in the help come from here.
import { useKeys } from '@/composables/keys'

export interface Command {
  /** As in `KeyAction`. */
  key: string
  /** What it does, in the help and on its button. */
  label: () => string
  run: () => void
  /** Where its button stands: over the list, below the card, or below the list, where it is for many at once. */
  at?: 'head' | 'card' | 'bulk'
  look?: 'main' | 'bad'
  /** The button's words, where they are not the label's. */
  words?: () => string
  /** Whether the button stands there; the key always holds, and says itself where there is nothing to do. */
  shown?: () => boolean
  /** Whether the button can be pressed. */
  can?: () => boolean
  /** Words of the hint below the list; commands with the same words share one. */
  hint?: () => string
}

/** One command for each key, the first: what a page says itself comes before what all queues do. */
export function firstOfEach(commands: Command[]): Command[] {
  return commands.filter(({ key }, place) => commands.findIndex((other) => other.key === key) === place)
}

/** The hints below the list, in the order of the commands. */
export function hintsOf(commands: Command[]): { words: string; keys: string[] }[] {
  const byWords = new Map<string, string[]>()
  for (const { key, hint } of commands) {
    if (hint) byWords.set(hint(), [...(byWords.get(hint()) ?? []), key])
  }
  return [...byWords].map(([words, keys]) => ({ words, keys }))
}

/** Makes the keys hold for as long as the calling component lives. */
export function useCommands(commands: Command[]): void {
  useKeys(commands.map(({ key, label, run }) => ({ key, label, run: () => run() })))
}

/** The most that digits can choose. */
const DIGITS = 9

/** Keys that choose one of many: the digits, then letters in the keyboard's order, without D. A number of two digits is no key. */
export const CHOOSING = [...'123456789QWERTYUIOPA'] as const

/** One command for each key that chooses. */
export function choosing(label: (n: number) => string, run: (index: number) => void): Command[] {
  return CHOOSING.map((key, index) => ({ key, label: () => label(index + 1), run: () => run(index) }))
}

/** The digits as one command each: the n-th of something. The first few are hinted at below the list. */
export function digits(
  label: (n: number) => string,
  run: (index: number) => void,
  hint?: { of: number; words: () => string },
): Command[] {
  return Array.from({ length: DIGITS }, (_, index) => ({
    key: String(index + 1),
    label: () => label(index + 1),
    run: () => run(index),
    hint: hint && index < hint.of ? hint.words : undefined,
  }))
}
