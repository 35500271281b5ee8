// Why a value does not fit its field, by its code.
import type { Sentences } from '.'

export const unfit: Sentences = {
  folder_gone: 'the folder {folder} is not there now (was the stick pulled out?); nothing was backed up.',
  marks_only: 'it cannot be marks alone.',
  no_day: 'write the day like 2022-04-12.',
  no_letter: 'it takes at least one letter.',
  no_such_pick_up: 'the round has no “{point}”.',
  no_such_value: 'there is no such value.',
  none_chosen: 'choose at least one.',
  none_in_question: 'no numbers of this round are in question.',
  not_asked: 'no source asks “{question}”; they ask: {asked}.',
  not_in_question:
    'numbers {first} to {last} are in question; {number} is none of them. If the quota was raised after the backup, raise it first.',
  not_offered: 'the answer to “{question}” is one of: {choices}.',
  nothing_asked: 'no source asks “{question}”, or anything else.',
  only_higher: 'looked up to {last} already; only a higher one is taken.',
  out_of_range: 'it must be from {min} to {max}.',
  too_long: 'Too long: at most {most} characters',
  type_size: 'there are 14, 16 and 18.',
}
