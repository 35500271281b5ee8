// What a long job is doing, by its code.
import type { Sentences } from '.'

export const steps: Sentences = {
  check_rows: 'Looking at every row',
  compare: 'Comparing with what is there',
  read_sheet: 'Reading the sheet',
  read_ticket: 'Reading the ticket',
  write: 'Writing',
}
