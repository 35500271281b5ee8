// Why a sheet cannot be read or written, and what of it is not as it was, by its code.
import type { Sentences } from '.'

export const sheets: Sentences = {
  clock: 'This PC shows a date before 1970, by which no sheet can be written: set its clock. The data is all there.',
  cut: 'Row {row}, “{column}”: too long, and only its first 32767 characters are there: check.',
  damaged:
    '“{name}” cannot be read: it is no whole sheet, perhaps cut off or damaged. Open it in WPS or Excel, save it as xlsx, and try again.',
  empty: '“{name}” is empty.',
  further_altered: '{count} more',
  foreign: '“{name}” is {file_kind}.',
  lock: '“{name}” is what a program leaves beside an open workbook, with nothing in it: choose “{open}”.',
  long_cell:
    'The cell {place} of “{name}” has more than 32767 characters, which looks like nothing of a sheet: shorten it, then import.',
  long_text:
    'A cell of “{name}” has more than 32767 characters, which looks like nothing of a sheet: shorten it, then import.',
  packed: '“{name}” is an archive (ZIP) of {files}: unpack it, then import the sheet in it.',
  'packed.': '“{name}” is an archive (ZIP): unpack it, then import the sheet in it.',
  password_needed: '“{name}” has a password to open: enter it.',
  password_wrong: 'This is not the password of “{name}”; try again (look at capitals and the input method).',
  protected:
    '“{name}” has a password, and is ciphered in a way that is not read here: take the password off in WPS or Excel, save it as xlsx, then import.',
  replaced: 'Row {row}, “{column}”: □ stands for characters that nobody sees: check.',
  too_large: '“{name}” is too large (at most {most} {counted}): split it into several files.',
  too_many_rows: 'A sheet has {max} rows at most; these are {rows}.',
  unknown_format:
    '“{name}” is no sheet that is known here (xlsx, xls, ods, csv and tables of pages are): open it in WPS or Excel, save it as xlsx, then import.',
  write: 'The sheet cannot be written: {reason}',
}
