export default {
  gone: 'The one on the right has just left the list: done elsewhere, or taken back. Press ↓ for the next one.',
  rows: '{n} row | {n} rows',
  ticked: '{n} selected',
  whoAndOthers: '{name} and others, {n} in all',
  unchanged: '{words} (as it was, nothing changed)',
}
