// What the smart check finds, in English, by its code; a finding that has several sentences by what is said of it too. In
// Chinese the program's own sentence is shown.
import type { FindingRow } from '@/api/types/FindingRow'

export const findingsEn: Record<string, string> = {
  document_wrong: 'The document number is wrong.',
  'document_wrong.length': 'The document number has too few or too many characters.',
  'document_wrong.character': 'The document number has a character that cannot stand there.',
  'document_wrong.region': 'The ID number begins with a region that does not exist.',
  'document_wrong.birth_date': 'The birth date in the ID number does not exist.',
  'document_wrong.check_digit': "The ID number's last character does not fit: probably one digit is mistyped.",
  'document_wrong.number_without_document': 'There is a number, although there is no document.',
  document_missing: 'No document number is given.',
  phone_wrong: 'The phone number is wrong.',
  'phone_wrong.empty': 'There is no phone number.',
  'phone_wrong.character': 'The phone number has a character that is no digit.',
  'phone_wrong.mobile_length': 'A mobile number has 11 digits; this one has not.',
  'phone_wrong.mobile_range': 'No mobile number begins like this.',
  'phone_wrong.length': 'The phone number has too few or too many digits.',
  'phone_wrong.placeholder': "This looks typed for want of a number: it is nobody's.",
  phone_missing: 'No phone number is given.',
  phone_abroad: 'A number abroad, which no text message reaches: call, or write.',
  time_missing: 'Without a time of registration: behind all that have one.',
  too_early: 'Registered at {at}, before the round opened.',
  too_late: 'Registered at {at}, after the round closed.',
  not_on_roster: 'Nobody on the roster fits.',
  address_unknown: 'The roster has no address “{address}”.',
  address_differs: 'The roster has this person at another address.',
  name_differs: 'The roster has this document under the name “{name}”.',
  document_differs: 'The roster has another document number.',
  registered_elsewhere: 'Registered elsewhere than where the person lives.',
  no_pick_up: 'No pick-up point names “{building}”; it was given “{point}” for the time being: check.',
  already_reserved: 'One each: {name} registered at {at} ({number}).',
  key_served: 'One each: {name} has voucher {voucher}. This one gets none: do not tell anybody, turn it down.',
  held: "Another committee has the same reservation: wait for the district's decision.",
  'held.true': 'The district decided for another committee: this one gets no voucher, tell nobody.',
  got_earlier: 'Had a voucher in round {round}.',
  'quantity_wrong.0': 'No amount is given.',
  quantity_wrong: '{quantity} asked for; at most {max} each.',
  voucher_without_pass:
    'Voucher {voucher} is out, although another PC took its pass back: it stands. Step back to void it.',
  over_quota: 'Place {place}, beyond the quota of {quota}.',
}

/** The sentence of a finding; the program's own where there is none. */
export function findingInEnglish(finding: FindingRow): string {
  const { code, values } = finding
  const said = values.problem ?? values.denied ?? values.quantity
  const sentence = findingsEn[`${code}.${said}`] ?? findingsEn[code]
  return sentence?.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '') ?? finding.text
}
