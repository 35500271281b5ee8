export default {
  rows: '{n} row | {n} rows',
  ticked: '{n} selected',
  whoAndOthers: '{name} and others, {n} in all',
  unchanged: '{words} (as it was, nothing changed)',
}
