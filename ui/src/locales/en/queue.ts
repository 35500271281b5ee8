export default {
  rows: '{n} row | {n} rows',
  ticked: '{n} selected',
}
