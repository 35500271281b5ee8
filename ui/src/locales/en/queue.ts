export default {
  rows: '{n} rows',
  ticked: '{n} selected',
}
