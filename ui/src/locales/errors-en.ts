// What the program refuses, in English, by its code. In Chinese the program's own sentence is shown.
import type { ErrorBody } from '@/api/types/ErrorBody'

export const errorsEn: Record<string, string> = {
  already_set_up: 'This PC holds a committee’s data already.',
  already_undone: 'This was taken back already.',
  bad_request: 'The program’s parts do not fit together: install it again.',
  cancelled: 'Cancelled; nothing was written.',
  change_too_large: 'Too much for one step; do it in parts.',
  data_already_there: 'There is data in this folder already.',
  data_busy: 'Another program is writing; try again in a moment.',
  data_cannot_open: 'The data cannot be opened.',
  data_damaged: 'The data is damaged. Nothing was changed; restore the last backup.',
  data_missing: 'There is no data yet.',
  data_newer: 'The data was written by a newer version: update the program.',
  database_failed: 'The database refused; nothing was changed.',
  disk_full: 'The disk is full; nothing was written.',
  document_failed: 'The document cannot be laid out; no file was written. ({text})',
  exchange_forked: 'Two copies of this PC’s data exist; ask the district.',
  exchange_gap: 'Changes are missing in between; they are fetched first.',
  exchange_untrusted: 'The changes are not signed by a PC of this committee.',
  file_failed: 'The file cannot be read or written. ({text})',
  internal: 'Something went wrong; the data was not changed.',
  invalid_field: '{field}: {reason}',
  key_file_damaged: 'The key file is damaged. Nothing was changed.',
  key_not_in_keyring: 'The system keyring does not hold this data’s key.',
  keyring_missing: 'The system keyring cannot be reached.',
  log_unreadable: 'The log cannot be read; check the data in the settings.',
  missing_field: 'Please fill in: {field}',
  no_randomness: 'The system gives no random numbers; restart the PC.',
  no_such_batch: 'There is no such action.',
  not_a_backup: 'This is no backup of Linli.',
  not_found: 'Not there any more; it may have been removed or taken back. ({what})',
  not_now: 'Not possible now: {text}',
  not_ours: 'Only files exported by this program can be opened.',
  not_ready: 'The data is not open yet.',
  password_needed: 'A password is needed.',
  password_required: 'This PC has no keyring: set a password.',
  password_too_short: 'The password is too short.',
  quota_used_up: 'All {quota} vouchers of this round are given out.',
  round_definition: 'The round is not complete: {text}',
  round_exists: 'Round {number} of “{campaign}” exists already.',
  round_file: 'The round’s file cannot be read: {text}',
  round_not_clear: 'There are {count} rounds with number {number}.',
  sample_failed: 'The sample cannot be made.',
  sheet_failed: 'The sheet cannot be read or written. ({text})',
  system: 'The system refused: {reason}',
  unknown_command: 'The program’s parts do not fit together: install it again.',
  unreachable: 'The program does not answer; open it again. What was saved is kept.',
  voucher_issued: 'A voucher stands on this: step back with a reason instead.',
  voucher_void: 'A voided voucher does not come back by undo; review again to issue a new one.',
  wrong_password: 'The password is wrong.',
}

/** The sentence of a refusal; the program's own where there is none. */
export function errorInEnglish(body: ErrorBody): string {
  const sentence = errorsEn[body.code]
  return sentence?.replace(/\{(\w+)\}/g, (_, name: string) => body.params[name] ?? body.text) ?? body.text
}
