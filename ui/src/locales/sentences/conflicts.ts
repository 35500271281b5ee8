// What is shown of what two PCs set differently, by its code.
import type { Sentences } from '.'

export const conflicts: Sentences = {
  address_gone: 'An address that is gone',
  batch: 'What was taken back',
  both_gave: 'Both handed out: it was collected twice',
  committee: "The committee's data",
  definition: '{title}, quota {quota}, {opens} to {closes}',
  field: '{field}',
  first_gave: 'Only the one entered first handed out',
  handed_out_twice: 'One voucher collected at two counters',
  household: 'Household {address}',
  household_gone: 'A household',
  instruction: 'Instruction of the district',
  issuing_right: 'Right to issue',
  person_gone: 'A resident who is gone',
  reservation: 'Reservation {number} {name}',
  reservation_gone: 'A reservation',
  resident: 'Resident {name}',
  resident_gone: 'A resident',
  round: '{title}',
  round_gone: 'A round',
  tag: 'Tag',
  order: 'Order',
  task: 'Row to verify',
  unreadable: 'Something that cannot be read',
  value: '{value}',
}
