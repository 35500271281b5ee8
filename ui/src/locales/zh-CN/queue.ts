export default {
  rows: '{n} 条',
  ticked: '已选 {n} 条',
}
