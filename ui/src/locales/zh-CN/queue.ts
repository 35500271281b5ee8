export default {
  rows: '{n} 条',
  gone: '右边这一条刚刚离开了名单：别处已经处理，或已收回。看清楚了按 ↓ 看下一条。',
  ticked: '已选 {n} 条',
  whoAndOthers: '{name} 等 {n} 人',
  unchanged: '{words}（原来就是这样，没有改动）',
}
