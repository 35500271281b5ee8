// Which approved wordings are likely meant for an order: those whose words stand in it. Nothing is decided by it; it is the
// order in which they are offered.
import type { AnswerRow } from '@/api/types/AnswerRow'

/** Pairs of neighbouring characters, as far as they are writing. */
function pairs(text: string): Set<string> {
  const written = [...text.toLowerCase()].filter((sign) => /[\p{L}\p{N}]/u.test(sign))
  return new Set(written.slice(1).map((sign, place) => `${written[place]}${sign}`))
}

/** What a pair in the question weighs, beside one in the wording: a question says what it is about in few words. */
const QUESTION = 5

/** An answer, and how much of the text it shares; 0: nothing. */
export interface Likely {
  one: AnswerRow
  weight: number
}

/** The same answers, those most like the text first; those alike in that stay in their order. */
export function likeliest(answers: AnswerRow[], text: string): Likely[] {
  const asked = pairs(text)
  const shared = (of: string) => [...pairs(of)].filter((pair) => asked.has(pair)).length
  const weighed = answers.map((one) => ({ one, weight: QUESTION * shared(one.title) + shared(one.body) }))
  return weighed.sort((a, b) => b.weight - a.weight)
}
