export default {
  rows: '{n} 条',
  ticked: '已选 {n} 条',
  whoAndOthers: '{name} 等 {n} 人',
  unchanged: '{words}（原来就是这样，没有改动）',
}
