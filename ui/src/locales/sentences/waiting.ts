// Why there is no voucher number yet, by its code.
import type { Sentences } from '.'

export const waiting: Sentences = {
  and_more: '{count} in all',
  denied: 'The district decided for another committee: no number is given out here.',
  held: "Another committee has the same reservation: waits for the district's decision.",
  how_many: '{count} × {within}',
  no_numbers: 'This PC has no numbers yet; the next exchange asks for some.',
  no_right: 'The right to issue for {area} is with “{holder}”: issue there, or wait until an exchange hands it over.',
  no_right_yet: 'No PC has the right to issue for {area} yet; the next exchange asks for it.',
  numbers_elsewhere:
    'This PC has no numbers left. Those that are left are with “{holder}”, which gives up what it does not need at an exchange.',
  numbers_gone: "This PC's numbers are used up; the next exchange brings more.",
  numbers_used_up: 'All {quota} numbers of this round are given out.',
  quota_used_up: 'All {quota} vouchers of this round are given out.',
  restored: 'The data came from a backup, and what was given out since is not back yet: exchange once, then issue.',
  served: 'The same person, household or address has a voucher: this one gets no number. Turn it down.',
  unseen: 'The district has to look whether the key has a voucher elsewhere; the next exchange asks.',
  unsure:
    "The data came from a backup, and numbers may have been printed since: look up the last one on paper on the round's page first, then issue.",
  whose: '{name}: {within}',
}
