// What is found in a sheet, by its code; where it depends on whether the cell was taken, by the code and that.
import type { Sentences } from '.'

export const imports: Sentences = {
  address_conflict: 'The address “{value}” does not agree with the columns of building and room; “{became}” holds.',
  address_unsplit:
    'Building and room cannot be told from “{value}”: no household is assigned, the address on the roster stays, and what was written is kept.',
  apostrophe: 'The apostrophe at the beginning was taken out: “{value}” → “{became}”',
  birth_conflict: 'It says “{value}”, and the document number says “{became}”: check.',
  blanks: 'Blanks or line breaks were taken out: “{value}” → “{became}”',
  cell_error: 'The cell holds the error “{value}”: not taken.',
  column_unnamed:
    'No heading over {became} rows (“{value}”): not taken. Give the column one, and look whether headings and cells have moved apart.',
  date_invalid: '“{value}” is no whole date: not taken.',
  'date_invalid.warning': '“{value}” has no time of day: only the date is taken, behind all of that day that have one.',
  date_serial: 'The number “{value}” was read as a day number of the sheet: {became}',
  ditto: '“{value}” was filled in from the row above: “{became}”',
  ditto_refused:
    '“{value}” was not taken: there is nothing above to copy, or it is different for everybody. Fill in the own one.',
  document_invalid: '“{value}” is no valid document number; it is kept as written.',
  'document_invalid.error': '“{value}” is no valid document number: not taken.',
  duplicate_reference:
    'The reference is that of {became}, with other content; the row was not taken. Check which is right; a number that rows share is a remark.',
  reference_of_another:
    'The row {value} was about somebody else ({became}); this one is taken in beside it. Numbers that begin anew each day are no ids: leave them out.',
  reference_closed: 'The row {value} was answered, returned or taken back; it was not taken again.',
  duplicate_document: 'The document number is in the file already, with other content.',
  duplicate_row: 'The same row is in the file already.',
  filled_down: 'The empty address was filled in from above: “{became}”. Check whether it is the same household.',
  from_outside: 'No building is written; from what stands above or on the tab it is “{became}”.',
  full_width: 'Full-width characters were made half-width: “{value}” → “{became}”',
  hidden_tabs_left: '{count} hidden {count:tab was|tabs were} not taken: {names}',
  home_blank: 'No address is written: no household is assigned, and the address on the roster stays.',
  home_incomplete:
    'Only “{value}” is written, from which no home can be told: no household is assigned, the address on the roster stays, and what was written is kept.',
  in_cell: 'Row {row}, column {letter} {header}: {within}',
  in_row: 'Row {row}: {within}',
  in_tab: '“{sheet}” {within}',
  invisible: 'Characters that nobody sees were taken out; it is now “{became}”.',
  kind_unknown: '“{value}” is no known kind of document; the number decides.',
  name_dot: 'The dot in the name was written as on ID cards: “{value}” → “{became}”',
  name_missing: 'No name.',
  name_of_digits: '“{value}” is digits only and looks like no name; kept as it is. Look whether columns have moved.',
  name_replaced:
    'The roster has this document number under the name “{value}”; it is now “{became}”. Check whether it is the same person.',
  name_unlike:
    '“{value}” looks like no name of one person; kept as it is. One person a cell, without numbers and remarks.',
  notation: 'The way of writing was made the same: “{value}” → “{became}”',
  number_damaged:
    '“{value}” is a number that the spreadsheet program made scientific; its last digits may be lost: not taken. Fill it in from the document.',
  number_of_another:
    'The roster has this number for “{value}”, unlike in everything else: “{became}” is taken as another person. Check both numbers.',
  number_suspect: '“{value}” ends in 000, and the spreadsheet program may have lost digits; taken. Check the document.',
  other_person:
    "Looks like another person's column, or like one that is there already: not taken. Say which it is, or give it rows of its own.",
  phone_abroad: '“{became}” is a number abroad, taken as written; no text message reaches it.',
  phone_dropped: 'There is no place for another phone number “{became}”: not taken.',
  phone_invalid: '“{value}” does not look like a phone number; kept as written.',
  'phone_invalid.error': '“{value}” is no phone number: not taken.',
  phone_remark: 'The words beside the phone number were not taken: “{value}” → “{became}”',
  private_use: 'A rare character in an old encoding was replaced by the standard one; it is now “{became}”.',
  private_use_unknown: "“{value}” has a character of somebody's own that other PCs do not show: check.",
  quantity_invalid: '“{value}” is no amount: not taken.',
  row_hidden: 'This row is hidden in the sheet: not taken. “{value}”',
  row_shifted:
    '“{value}” more than the heading, mostly by a comma in a cell without quotes: all behind it has moved, nothing is taken. Mend the row.',
  row_skipped: 'This row is no person: skipped. “{value}”',
  row_struck: 'This row is struck out in the sheet: not taken. “{value}”',
  row_without_person: 'This row has neither a name nor an address: not taken. “{value}”',
  rows_unseen: '{count} {count:row that is|rows that are} hidden or struck out: not taken',
  same_as_home: '“{value}” was taken as the home: “{became}”',
  sex_conflict: 'It says “{value}”, and the document number says “{became}”: check.',
  sex_invalid: '“{value}” is neither male nor female: not taken.',
  split: 'Building and room stood in one cell and were split: “{value}” → “{became}”',
  swapped: 'Building and room were the wrong way round and were swapped: “{value}” → “{became}”',
  tab_hidden: 'The tab “{name}” is hidden in the file: make sure that it is to be taken',
  tabs_left: '{count} {count:tab was|tabs were} not taken: {names}',
  too_long: 'Too long ({became} characters), not taken: “{value}…”',
  turned_into_date: 'The spreadsheet program made this cell a date, “{value}”; what it was cannot be known: not taken.',
  two_phones: 'There are two phone numbers in the cell “{value}”; the second is taken as “{became}”.',
  uncalculated:
    'The cell is a formula that was never calculated ({value}): not taken. Open the sheet in Excel or WPS, save it, and import again.',
  unprintable: '“{value}” has a character that is not printed; a frame is left on paper. Check.',
  unreadable_character: '“{value}” has characters that cannot be read: not taken.',
  variant: 'A radical or compatibility character was replaced by the standard one: “{value}” → “{became}”',
}
