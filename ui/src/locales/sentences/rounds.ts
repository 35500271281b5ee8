// What is wrong with a round's definition, or with its file, by its code.
import type { Sentences } from '.'

export const rounds: Sentences = {
  empty: '{field}: nothing is written.',
  ends_before_start: '{field}: it is before the beginning.',
  entry_missing: '{entry} is missing.',
  line: 'line {line}, “{written}”.',
  marks_only: '{field}: it has nothing but marks.',
  no_text: 'it is no text file.',
  out_of_range: '{field}: {value} is not from {min} to {max}.',
  standard_export: 'No export of your own can be called “{template}”: one that every round has is asked for by it.',
  template: 'The export “{template}” has no columns, or no name, or one that another has.',
  time: '{field}: “{value}” is not understood; write it like 2020-02-02T08:00.',
  unknown_column: 'The export “{template}” has a column “{column}” that does not exist.',
  unprintable: '{field}: it has characters that cannot be printed ({characters}); take them out.',
}
