export default {
  app: {
    name: '邻里', search: '查人、查房、查凭证号…', alone: '本机使用', aloneHint: '数据只在这台电脑上，没有连接区级平台', offline: '程序没有响应',
    undo: '撤销', undone: '已撤销：{text}', nothingToUndo: '没有可以撤销的操作', kept: '有 {n} 条后来有新的登记，保留不动', keys: '快捷键', close: '关闭',
    open: '打开', openFolder: '打开文件夹', exported: '已导出 {rows} 行：{file}', saved: '已保存：{file}', loading: '正在读取…', retry: '再试一次',
    cancel: '取消', save: '保存', ok: '好', yes: '确定', failed: '没有读出来', found: '找到 {n} 人', none: '没有找到', firstStart: '欢迎使用',
  },
  nav: { today: '今天', roster: '居民台账', rounds: '轮次', papers: '通知与打印', settings: '设置' },
  start: {
    title: '邻里工作站', subtitle: '居民台账、预约登记、通知打印，都在这台电脑上，断网也能用。', alone: '独立使用', aloneText: '为本居委会建立一份加密的台账，以后可以加入区级平台。',
    sample: '先试一试', sampleText: '用一个虚构的居委会练手，有居民、轮次和预约，随便点。', join: '加入区级平台', joinText: '需要区里发的注册码。这一版还不能加入；先独立使用，数据以后会一并带上。',
    committee: '居委会全称', district: '所在区（可不填）', actor: '您的姓名', password: '密码', passwordNeeded: '这台电脑没有系统密钥环，需要设一个密码来保护数据（至少 6 位）。忘记密码就打不开数据，请记好。',
    begin: '开始使用', back: '返回', unlock: '打开', locked: '请输入密码', lockedText: '数据已加密，输入密码后打开。', broken: '数据打不开', brokenText: '没有改动任何数据。数据在 {dir}。',
    preparing: '正在准备样例…',
  },
  today: {
    due: '现在要做的', nothing: '都做完了', nothingText: '没有等着处理的预约。新的登记会出现在这里。', rounds: '进行中的轮次', noRounds: '还没有轮次', openRound: '开启轮次', residents: '居民', households: '住户',
    recent: '最近的操作', registrations: '每日登记', until: '{time} 截止', left: '还可发 {n}', importRoster: '导入居民台账', empty: '台账还是空的', emptyText: '把现有的居民表格导进来，几分钟就好。',
  },
  roster: {
    list: '居民', board: '楼栋图', add: '新增居民', import: '导入', export: '导出台账', empty: '没有符合条件的居民', all: '全部', no_document: '无证件号', bad_document: '证件号有误', no_phone: '无电话', no_household: '无住址',
    registered_elsewhere: '人户分离', filter: '姓名、拼音、电话尾号、地址…', show: '显示', people: '{n} 人', name: '姓名', sex: '性别', birth: '出生日期', age: '{n} 岁', document: '证件', documentKind: '证件类型', documentNumber: '证件号码',
    phone: '手机号码', secondPhone: '另一电话', registered: '户籍地址', relation: '与户主关系', contact: '紧急联系人', note: '备注', address: '现住地址', tags: '标签', household: '同户', timeline: '经过', edit: '修改', remove: '移出台账',
    reservations: '预约', duplicates: '可能重复', merge: '合并到此人', merged: '已合并的记录', unmerge: '拆开', addAnyway: '仍然新增', duplicateTitle: '台账里可能已有此人', addNote: '写备注', noNote: '写一句备注，回车保存', removed: '已移出台账',
    savedPerson: '已保存', pick: '在左边选一位居民', building: '楼栋', lens: '看什么', occupied: '有人住', emptyHome: '空置', elsewhere: '人户分离', tagLens: '标签：{tag}', roundLens: '{round}', legend: { occupied: '有人住', empty: '空置', none: '无', registered: '待审核', passed: '待通知', rejected: '不通过', notified: '已通知', collected: '已领取', tagged: '有', elsewhere: '人户分离' },
    mark: { occupied: '', empty: '空', none: '', registered: '登', passed: '审', rejected: '否', notified: '知', collected: '领', tagged: '✓', elsewhere: '离' }, floor: '{n}层', noFloor: '其他', noBuildings: '还没有楼栋，先导入台账',
  },
  import: {
    title: '导入表格', drop: '把表格拖到这里，或点击选择', kinds: 'xlsx、xls、csv 都可以，表头在哪一行、叫什么名字会自动认', reading: '正在读取…', sheet: '工作表', remembered: '沿用上次的对应关系', ignore: '（不导入）', add: '新增', update: '更新', unchanged: '不变', skip: '跳过',
    problems: '问题', start: '导入 {n} 行', running: '正在导入…', cancelled: '已取消，没有写入任何数据', done: '已导入：新增 {added}，更新 {updated}，不变 {unchanged}', undo: '撤销这次导入', another: '换一个文件', onlyProblems: '只看有问题的行', errors: '{n} 处没有导入', warnings: '{n} 处已清理或要留意', row: '行',
  },
  rounds: {
    title: '轮次', open: '开启轮次', edit: '修改轮次', queue: '队列', counter: '现场登记', collect: '领取登记', import: '导入预约', exports: '导出', vouchers: '购买凭证', none: '还没有轮次', noneText: '开启一个轮次，居民就可以在现场登记，也可以导入扫码填报的表格。',
    stage: { pending: '待审核', to_notify: '待通知', notified: '已通知', collected: '已领取', rejected: '不通过' }, all: '全部', with_findings: '有问题', without_findings: '无问题', passClear: '全部通过无问题', passed: '已通过 {passed} 条；有问题 {found} 条留待人工，超出名额 {over} 条',
    pass: '通过', reject: '不通过', notify: '通知', voucher: '凭证', print: '打印', export: '导出', rejectReason: '不通过的原因', reasons: ['重复登记', '不是本居委会居民', '信息不实', '超出名额'], otherReason: '其他原因', reached: '已接通', noAnswer: '未接通', outOfService: '停机', byPaper: '纸质通知', notifyHow: '怎么通知的',
    check: '智能核查', checkOk: '未发现问题', review: '审核', notices: '通知记录', stepBack: '退回', stepBackTo: '退回到', stepBackReason: '退回原因', selected: '已选 {n} 条', building: '楼栋', allBuildings: '全部楼栋', quantity: '{n} 份', position: '第 {n} 位', noReservations: '这里没有预约', pick: '在左边选一条预约',
    exportNotified: '{round}已通知购买导出', exportAll: '{round}全表导出', exportToNotify: '{round}待通知购买导出', form: { campaign: '活动', number: '第几轮', title: '标题', key: '限一份', quota: '名额（份凭证）', max: '每份上限', opens: '登记开始', closes: '登记截止', from: '领取开始', until: '领取截止', earlier: '领过前面轮次的要提示', pickUps: '领取点', place: '名称', address: '地址', hours: '时间', addPlace: '加一个领取点', file: '从文件读取（.toml）' },
    key: { person: '每人', household: '每户', address: '每个地址' }, left: '还可发 {n} 号', closed: '登记已截止', openNow: '登记中', person: '输入姓名、拼音首字母、电话尾号或房号', notOnRoster: '不在台账里？直接登记', amount: '数量', register: '登记并发凭证', anyway: '仍然登记', registered: '{name} 已登记', voucherNo: '凭证号', nextOne: '下一位', findingsTitle: '请先看一下', pickUp: '领取点',
    scan: '扫描凭证二维码，或输入凭证号，回车', given: '可以发放', refused: '不能发放', overrideGive: '仍然发放', resident: '居民', source: '来源', registeredAt: '登记时间', noVouchers: '没有要打印的凭证', decided: '已审核 {n} 条', told: '已记录通知 {n} 条',
  },
  papers: { title: '通知与打印', round_notice: '轮次通知', handout: '楼组长签收表', vouchers: '购买凭证', poster: '二维码海报', notice: '自拟通知', door_list: '上门走访表', round: '轮次', buildings: '楼栋', general: '通用一份（不分楼栋）', text: '正文', template: '从范文开始', purpose: '走访事由', tag: '只列有此标签的人', all: '不限', preview: '预览', save: '存为 PDF', print: '打印', printer: '打印机', copies: '份数', noPrinter: '这台电脑没有找到打印机，可以先存为 PDF', pages: '共 {n} 页', choose: '选好左边的内容，点“预览”', reprint: '已打印过的也补打', issueNote: '预览时会给还没有号的预约发凭证号', printed: '已送到打印机', qr: '二维码内容（可不填）', layingOut: '正在排版…' },
  settings: { title: '设置', look: '外观', theme: '主题', light: '浅色', dark: '深色', system: '跟随系统', size: '字号', normal: '标准', large: '大', larger: '特大', language: '语言', motion: '界面动画', me: '值班人', committee: '居委会', name: '全称', district: '所在区', phone: '咨询电话', address: '办公地址', counter: '现场登记', printAtCounter: '登记后自动打印购买凭证', folder: '导出文件夹', data: '数据', check: '检查数据', checkOk: '数据完好：{n} 条操作，校验链和签名都对', backup: '备份', backedUp: '已备份到 {path}', password: '密码', newPassword: '新密码', oldPassword: '原密码', changePassword: '修改密码', passwordChanged: '密码已修改', tags: '标签字典', addTag: '加标签', where: '数据位置：{dir}', version: '版本 {v}', saved: '已保存' },
}
