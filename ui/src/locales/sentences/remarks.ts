// What is to be known of the data, since it was last open and as a check finds, by its code.
import type { Sentences } from '.'

export const remarks: Sentences = {
  backup_not_written:
    'The last backup was not finished: {path}. The file that was there, and the data, were not changed. Back up again.',
  backup_written: 'The last backup was broken off, but it was written: {path}',
  cleared: 'A file had not been written whole, and was cleared away; the data is as it was before that step.',
  file_broken: 'The file of the data: {found}',
  lost: 'The PC was not shut down properly: {count} {count:change is|changes are} gone, the data ends at {until}. Exchange, then enter again what is on paper.',
  'lost.':
    'The PC was not shut down properly: {count} {count:change is|changes are} gone. Exchange, then enter again what is on paper.',
  not_restored: 'The last restore was not finished: the data is what it was before. Restore again where it is wanted.',
  part_broken: 'The record of part {part} of the changes is damaged, or somebody was at it.',
  password_changed: 'The change of the password was broken off, but it was done: use the new one.',
  password_not_changed: 'The password was not changed: use the old one, and change it again where that is wanted.',
  perhaps_lost:
    'The file that knows the last step is gone or damaged: look at what was entered last, and enter again what is missing.',
  put_back:
    'The last restore broke off in the middle; what there was is in its place again. Restore again where it is wanted.',
  received_lost:
    'The PC was not shut down properly: the last of what came from others is gone. Exchange once, or take the package in again.',
  restore_done: 'The last restore is done: the data comes from the backup {path}',
  restored:
    'The last restore was broken off, and is finished now: this is the data of the backup. What there was is kept in {kept}',
  'restored.': 'The last restore was broken off, and is finished now: this is the data of the backup.',
  state_differs: 'The data is not what the log of changes comes to.',
  witness_not_written:
    'The file linli.witness cannot be written: changes lost when the PC goes down would not be found. Check who may write in the data folder, and the disk.',
}
