// What is wrong with the exchange, by its code.
import type { Sentences } from '.'

export const exchange: Sentences = {
  answer_damaged: "The district's answer cannot be read: it was damaged on its way.",
  bad_code:
    'The code is wrong, used, too old, or was voided after too many wrong tries. Check it; else ask the district for a new one.',
  bad_signature: "The district finds this PC's signature wrong; ask the district. The data here is kept.",
  cut_short: 'The district cannot be reached: its answer broke off.',
  differs: 'The data here is not the same as at the district: update the program, or ask the district.',
  forgotten:
    '{count} {count:change|changes} of a package {count:is|are} of a PC taken out of service: not counted anywhere. Check, and do again what is needed.',
  forked:
    'This PC was put back to an old backup, and the district has what it did later; the data here is kept. Ask the district for a new code and join again.',
  gap: 'The district lacks earlier records of this PC; they are sent by themselves.',
  no_network: 'The district cannot be reached: there is no network, or the district is off.',
  not_following: "The district's answer cannot be read: a piece of an attachment does not follow on what is here.",
  not_taken: 'The district did not take what this PC sent; ask the district. The data here is kept.',
  nothing_new: "The district's answer cannot be read: it brings what is here already.",
  nothing_said: "The district's answer cannot be read: it does not say what was taken.",
  other_committee: "The data on this PC is another committee's and cannot join this one.",
  packages_missing: 'Earlier packages are missing (no. {first} to {last}): take them in first, or connect.',
  parts_missing: 'Earlier changes by “{name}” have not come; what builds on them is set aside.',
  refused:
    'The district did not take {count} {count:batch|batches}; it is tried again. Where it stays so, ask the district.',
  revoked:
    'The district took this PC out of service; the data here is kept. Ask the district for a new code and join again.',
  timed_out: 'The district cannot be reached: its answer took too long.',
  too_long: "The district's answer cannot be read: it is too long.",
  too_many: 'Asked too often; try again in a while.',
  unavailable: 'The district cannot serve now; it is tried again by itself.',
  unreachable: 'The district cannot be reached: {reason}',
  unreadable: "The district's answer cannot be read: {reason}",
}
