// Why a package is not written or taken in, by its code.
import type { Sentences } from '.'

export const packages: Sentences = {
  for_another: 'This package is for “{recipient}”: take it there.',
  foreign: 'This is no package of Linli.',
  forged: 'The signature of the package is wrong; it was not taken.',
  incomplete: 'The package is not whole: copy it again.',
  newer: 'A newer version wrote the package: update the program first.',
  not_for_us: 'The package is sealed for somebody else.',
  not_written: 'The package cannot be written.',
  other_committee: "This is another committee's package; it was not taken.",
  too_large: 'The package is too large.',
  unknown_recipient: 'There is no such PC: check the name.',
  unknown_sender:
    'The PC that wrote the package is not known here yet: exchange with the district or with another PC first.',
}
