export default {
  today: '今天',
  roster: '居民台账',
  rounds: '轮次',
  instructions: '上级要求',
  papers: '通知与打印',
  settings: '设置',
}
