// What was found in a sheet, and where, in the language of the screens.
import type { ImportProblem } from '@/api/types/ImportProblem'
import type { Sentence } from '@/api/types/Sentence'
import { say } from '@/locales/sentences'

function found({ code, value, became, severity, reason }: ImportProblem): Sentence {
  return { catalogue: 'import', code, values: { value, became, severity }, text: reason }
}

/** What was found. */
export function reason(problem: ImportProblem): string {
  return say(found(problem))
}

/** Where, and what. */
export function withPlace(problem: ImportProblem): string {
  const { sheet, row, letter, header, text } = problem
  const values = { row: String(row), letter, header }
  const within = [found(problem)]
  const placed: Sentence = { catalogue: 'import', code: letter ? 'in_cell' : 'in_row', values, within, text }
  const ofTab: Sentence = { catalogue: 'import', code: 'in_tab', values: { sheet }, within: [placed], text }
  return say(sheet ? ofTab : placed)
}
