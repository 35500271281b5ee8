// The exchange on screen, in a real browser against a real district (`linli-district serve`) and real PCs (`linli serve`):
// joining by a ticket's picture, a round by the district, 待发号 and the first number, two PCs that edit the same field
// while the district is away, the inbox by keys, instructions read and acknowledged, packages on a stick, a PC that joins with its data. Pictures are left in
// test-output/exchange. Run by `cargo xtask test`.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { newPassword, open, openWindow, program, said, start } from './host.mjs'

const PASSWORD = '邻里密码-1'
const PEOPLE = 14
const ROUND = `campaign = "口罩预约"\nnumber = 2\ntitle = "第2轮口罩预约登记购买"\nkey = "household"\nquota = 60\nmax_quantity = 5\nopens = "2020-02-02T08:00"\ncloses = "2099-02-04T20:00"\n`
const district = process.env.LINLI_DISTRICT ?? join(dirname(program), 'linli-district')

const { page, folder, wrong, address, look, go, close } = await open('exchange')
writeFileSync(join(folder, 'password'), PASSWORD)
writeFileSync(join(folder, 'committees.tsv'), '浦东新区\t花木街道\t牡丹一居委会\n浦东新区\t花木街道\t牡丹二居委会\n')
writeFileSync(join(folder, 'round.toml'), ROUND)
const running = []

/** A program that ends by itself; gives what it says. */
function run(command, args) {
  const done = spawnSync(command, args, { cwd: folder, encoding: 'utf8' })
  assert.equal(done.status, 0, `${args.join(' ')}: ${done.stderr}`)
  return done.stdout
}
const office = (...args) => run(district, ['--data', 'district', '--name', '浦东新区', ...args])
const second = (...args) => run(program, ['--data', 'second', '--password-file', 'password', ...args])
async function serve(command, args) {
  const server = await start(command, args, folder)
  running.push(server)
  return server
}
const openDistrict = (listen) =>
  serve(district, ['--data', 'district', '--name', '浦东新区', 'serve', '--plain', '--listen', listen])

/** A command of the program behind a page, as the screens call it. */
async function call(of, name, request = {}) {
  const answer = await of.evaluate(
    ([name, body]) =>
      fetch(`api/call/${name}`, {
        method: 'POST',
        headers: { 'x-linli': '1', 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }).then((answer) => answer.json()),
    [name, request],
  )
  assert.ok(!answer.code, `${name}: ${answer.text}`)
  return answer
}
const pill = (phase, of = page) => of.locator(`[data-pill=state][data-phase=${phase}]`)
const toast = (text) => page.locator('.toast').last().getByText(text).waitFor()
/** The people of the roster on a PC, by name. */
const people = async (of) =>
  (
    await call(of, 'resident_list', {
      query: null,
      tag: null,
      estate: null,
      building: null,
      only: null,
      page: { offset: 0, limit: 100 },
    })
  ).rows
async function theme(name) {
  const settings = await call(page, 'settings')
  await call(page, 'settings_save', { ...settings, theme: name })
  await page.reload()
  await page.locator('[data-pill=state]').waitFor()
}
/** `again` brings back what a new page does not show by itself. */
async function lookInBothThemesWith(name, again) {
  await look(name)
  await theme('dark')
  await again()
  await look(`${name}-dark`)
  await theme('light')
}
const lookInBothThemes = (name) => lookInBothThemesWith(name, () => undefined)

let url = ''
let gate
async function joiningByAPicture() {
  office('committee', 'import', 'committees.tsv')
  gate = await openDistrict('127.0.0.1:0')
  url = gate.address
  office('enrol-code', '1', '--url', url, '-o', 'ticket.png')
  await page.goto(address)
  await page.click('[data-choice=join]')
  await look('01-join')
  await page.fill('textarea[name=ticket]', '这不是凭据')
  await page.locator('.problem').waitFor()
  await look('02-no-ticket')
  await page.setInputFiles('.ticket input[type=file]', join(folder, 'ticket.png'))
  await page.locator('.read', { hasText: url }).waitFor()
  await page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'device')
  await page.keyboard.type('前台电脑')
  await page.fill('input[name=actor]', '董敏')
  await newPassword(page, PASSWORD)
  await look('03-join-filled')
  await page.keyboard.press('Enter')
  await page.waitForSelector('.frame')
  await pill('synced').waitFor()
  assert.equal(await pill('synced').textContent(), '已同步')
}

async function aRoundOfTheDistrictAndTheFirstNumber() {
  for (let n = 0; n < PEOPLE; n++) {
    await call(page, 'resident_save', {
      id: null,
      fields: {
        name: `居民${'甲乙丙丁戊己庚辛壬癸子丑寅卯'[n]}`,
        phone: `1920000${1000 + n}`,
        address: `齐河路338弄12号${101 + n}室`,
      },
      tags: null,
      anyway: true,
    })
  }
  office('round', 'open', 'round.toml', '--url', url)
  await page.keyboard.press('Control+Shift+S')
  await go('/rounds')
  await page.locator('.round', { hasText: '第2轮口罩预约登记购买' }).waitFor()
  const { rounds } = await call(page, 'round_list')
  await go(`/rounds/${rounds[0].id}/counter`)
  await page.locator('.search .giant').waitFor()
  await look('04-counter-before')
  await page.getByText(/本机还可发 [1-9]\d* 号/).waitFor()
  await go(`/papers?kind=poster&round=${rounds[0].id}`)
  await page.locator(`input[placeholder="${url}/r/1/1"]`).waitFor()
  await page.locator('.form p', { hasText: '居民扫码直接登记' }).waitFor()
  await page.getByRole('button', { name: '预览' }).click()
  await page.locator('canvas.sheet[data-drawn]').waitFor()
  await look('04-poster')
  await go(`/rounds/${rounds[0].id}/counter`)
  await register(page, '居民甲')
  assert.match(await page.locator('.voucher').textContent(), /^\d\d-\d{5}-\d$/)
  await look('05-first-number')
}

/** One person at a counter, by keys. */
async function register(of, name) {
  await of.locator('.search .giant').waitFor()
  await of.waitForFunction(() => document.activeElement?.closest('.search')) // typing goes where the focus is
  await of.keyboard.type(name)
  await of.locator('.hit', { hasText: name }).first().waitFor()
  await of.keyboard.press('Enter')
  await of.locator('.amount .giant').waitFor()
  await of.locator('.fits, .findings').first().waitFor()
  await of.keyboard.press('Enter')
  await of.locator('.result').waitFor()
}

let other
async function aSecondPcWaitsForNumbers() {
  office('enrol-code', '1', '--url', url, '-o', 'second.png')
  second('join', 'second.png', '--name', '里屋电脑', '--actor', '李芳')
  second('sync')
  const inside = await serve(program, ['--data', 'second', '--password-file', 'password', 'serve', '--no-open'])
  other = await openWindow(page.context().browser())
  await other.goto(inside.address)
  await other.waitForSelector('.frame')
  assert.equal((await people(other)).length, PEOPLE, 'the roster has come')
  const { rounds } = await call(other, 'round_list')
  await go(`/rounds/${rounds[0].id}/counter`, other)
  await register(other, '居民乙')
  await other.locator('.result .awaits', { hasText: '前台电脑' }).waitFor()
  await look('06-no-number-yet', other)
  await go(`/rounds/${rounds[0].id}`, other)
  await other.locator('.line .tag', { hasText: '待发号' }).waitFor()
  await other.locator('.line', { hasText: '居民乙' }).click()
  await other.locator('.pane .finding.warn', { hasText: '待发号' }).waitFor()
  await look('07-queue-waits', other)
  await go(`/papers?kind=vouchers&round=${rounds[0].id}`, other)
  await other.locator('.awaits').waitFor()
  await look('08-papers-wait', other)
}

/** Exchanges until something is so: the district sends messages a while after they were asked for. */
async function exchangeUntil(so) {
  for (;;) {
    await call(page, 'exchange_now')
    await page.waitForTimeout(500)
    if (await so()) return
  }
}

async function aMessageIsAskedForAndItsResultComesBack() {
  const { rounds } = await call(page, 'round_list')
  await go(`/rounds/${rounds[0].id}?stage=notified`)
  await page.locator('.row.on', { hasText: '居民甲' }).waitFor()
  await page.keyboard.press('n')
  await page.locator('[data-sms]:not(:disabled)').waitFor()
  await lookInBothThemesWith('18-notify', async () => {
    await page.locator('.row.on').waitFor()
    await page.keyboard.press('n')
    await page.locator('[data-sms]').waitFor()
  })
  await page.locator('.row.on').waitFor()
  await page.keyboard.press('n')
  await page.locator('[data-sms]').waitFor()
  await page.keyboard.press('5')
  await toast('已请区里发短信 1 条')
  await page.locator('.line .tag', { hasText: '短信待发' }).waitFor()
  await page.locator('[data-sms-waits]').waitFor()
  await look('18-sms-waits')
  const { rows } = await call(page, 'reservation_list', {
    round: rounds[0].id,
    stage: 'notified',
    findings: null,
    building: null,
    query: null,
    page: { offset: 0, limit: 10 },
  })
  await exchangeUntil(async () => !(await call(page, 'reservation_card', { id: rows[0].id })).row.sms_waits)
  await page.locator('.pane', { hasText: '区级平台没有接短信网关' }).waitFor()
  await look('18-sms-result')
}

/** A resident fills in the form on a phone. */
async function residentRegisters(room) {
  const filled = new URLSearchParams({
    name: `扫码居民${room}`,
    phone: `1390013${room}0`,
    estate: '齐河路338弄',
    building: '12号',
    room: String(room),
    quantity: '2',
  })
  const answer = await (await fetch(`${url}/r/1/1`, { method: 'POST', body: filled })).text()
  assert.match(answer, /填报成功/)
}

/** What was typed into the form stands there after stepping back, and stepping back sends nothing twice. */
async function theFormSurvivesTheBackButton() {
  const phone = await openWindow(page.context().browser())
  await phone.setViewportSize({ width: 390, height: 844 })
  const typed = { name: '扫码居民305', phone: '13900133050', estate: '齐河路338弄', building: '12号', quantity: '2' }
  const stands = async (more = {}) => {
    for (const [name, value] of Object.entries({ ...typed, ...more }))
      assert.equal(await phone.inputValue(`#${name}`), value, name)
  }
  await phone.goto(`${url}/r/1/1`)
  for (const [name, value] of Object.entries(typed)) await phone.fill(`#${name}`, value)
  await phone.getByRole('button', { name: '提交' }).click()
  await phone.getByText('有 1 处要改').waitFor()
  await look('30-form-wrong', phone)
  await phone.goBack()
  await stands()
  await phone.goForward()
  await stands()
  await phone.fill('#room', '305')
  await phone.getByRole('button', { name: '提交' }).click()
  await phone.getByText('填报成功').waitFor()
  const number = await phone.locator('.number').textContent()
  await phone.goBack()
  await stands({ room: '305' })
  await phone.goForward()
  assert.equal(await phone.locator('.number').textContent(), number, 'the number can be looked at again')
  await phone.goBack()
  await phone.getByRole('button', { name: '提交' }).click()
  await phone.getByText('已经登记过了').waitFor()
  await phone.close()
}

async function newRegistrationsAreAnnouncedOnce() {
  await page.context().grantPermissions(['notifications'], { origin: new URL(address).origin })
  await page.addInitScript(() => {
    const heard = (window.heard = { notices: [], tones: 0 })
    window.Notification = class extends window.Notification {
      constructor(title, options) {
        super(title, options)
        heard.notices.push(options.body)
      }
    }
    const start = OscillatorNode.prototype.start
    OscillatorNode.prototype.start = function (when) {
      heard.tones += 1
      return start.call(this, when)
    }
  })
  await page.reload()
  await pill('synced').waitFor()
  const heard = () => page.evaluate(() => window.heard)
  await residentRegisters(301)
  await exchangeUntil(async () => (await call(page, 'exchange_state')).registrations === 1)
  await page.locator('.rail .count', { hasText: '2' }).waitFor() // this one, and 居民乙 to be notified
  await page.waitForResponse(
    async (answer) => answer.url().endsWith('/exchange_state') && (await answer.json()).registrations === 1,
  ) // the page knows before it is wanted
  assert.deepEqual(await heard(), { notices: [], tones: 0 }, 'not before it is wanted')
  await go('/settings')
  await page.locator('[data-announce]').click()
  await page.getByRole('button', { name: '试一试' }).click()
  await page.waitForFunction(() => window.heard.notices.length === 1 && window.heard.tones === 2)
  await page.locator('[data-announce]').scrollIntoViewIfNeeded()
  await page.locator('[data-actor]').first().waitFor()
  assert.deepEqual(
    await page.locator('[data-actor]').allTextContents(),
    ['李芳'],
    'the colleague, not the district and no program',
  )
  await look('29-shift')
  await lookInBothThemesWith('29-announce', () => page.locator('[data-announce]').scrollIntoViewIfNeeded())
  await pill('synced').waitFor()
  await page.waitForResponse('**/api/call/exchange_state') // what was there before is known then
  for (const room of [302, 303]) await residentRegisters(room)
  await theFormSurvivesTheBackButton()
  await exchangeUntil(async () => (await call(page, 'exchange_state')).registrations === 4)
  await page.waitForFunction(() => window.heard.notices.length === 1)
  assert.deepEqual(await heard(), { notices: ['新登记 3 条'], tones: 2 }, 'once for all three')
}

/** Makes what the district attaches: pages, and a sheet. */
async function enclosures() {
  const { token } = await call(page, 'paper', {
    kind: 'notice',
    title: '排查要求',
    text: '请各居委会于今日 18 时前完成。',
    buildings: null,
  })
  await call(page, 'paper_save', { token, path: join(folder, '附件一：排查口径.pdf') })
  writeFileSync(join(folder, '附件二：名单.csv'), `姓名,地址\n${'居民甲,齐河路338弄12号101室\n'.repeat(60_000)}`)
}

async function instructionsAreReadAndAcknowledged() {
  await go('/instructions')
  await page.getByText('还没有上级要求').waitFor()
  await look('19-no-instructions')
  await enclosures()
  const text = [
    '各居委会：',
    '根据区防控办统一部署，请对近期来返人员逐户排查，做到底数清、情况明，不漏一户、不漏一人。',
    '一、排查范围为 1 月 25 日以来从外地返回的人员及其同住人；二、逐人登记健康状况，发热的当日报告；三、排查结果请于今日 18 时前上报。',
    '联系人：区民政局 周平，021-20000000。',
  ]
  writeFileSync(join(folder, 'text.txt'), text.join('\n'))
  office(
    'instruction',
    'send',
    '--title',
    '关于加强来返人员排查工作的要求',
    'text.txt',
    '--attach',
    '附件一：排查口径.pdf',
    '附件二：名单.csv',
  )
  writeFileSync(join(folder, 'text.txt'), '请各居委会今日下班前到街道领取物资。')
  office('instruction', 'send', '--title', `关于领取防疫物资的${'补充'.repeat(30)}通知`, 'text.txt', '--committee', '1')
  await page.keyboard.press('Control+Shift+S')
  await go('/today')
  await page.locator('.due', { hasText: '上级要求待签收' }).waitFor()
  await page.locator('.rail .count', { hasText: '2' }).waitFor()
  assert.equal(await page.locator('.today').getByText('区级平台发放号段').count(), 0, 'what people did')
  await lookInBothThemes('19-today')
  await page.locator('.due', { hasText: '上级要求待签收' }).waitFor() // looking read the page anew
  await page.keyboard.press('1')
  await page.locator('.row.on').waitFor()
  await page.locator('.pane', { hasText: '到街道领取物资' }).waitFor()
  await look('20-long-title')
  await page.keyboard.press('ArrowDown')
  await page.locator('.file[data-file=whole]').nth(1).waitFor({ timeout: 60_000 })
  await lookInBothThemes('21-instruction')
  await page.locator('.file[data-file=whole]').first().waitFor()
  await page.keyboard.press('1')
  await page.locator('.view canvas.sheet[data-drawn]').waitFor()
  await look('22-pages')
  await page.keyboard.press('s')
  await toast('已保存：附件一：排查口径')
  await page.keyboard.press('Escape')
  await page.locator('.pane .file').first().waitFor()
  await page.keyboard.press('a')
  await toast('已签收 1 份')
  await page.keyboard.press('Control+Shift+S')
  await go('/instructions?waiting=1')
  await page.locator('.chip.on', { hasText: '待签收 1' }).waitFor()
  await page.keyboard.press('a')
  await page.getByText('都签收了').waitFor()
  await look('23-all-acknowledged')
  await page.keyboard.press('Control+z')
  await page.locator('.chip.on', { hasText: '待签收 1' }).waitFor()
  await page.keyboard.press('Control+Shift+S')
  await pill('synced').waitFor()
  const [later, first] = JSON.parse(office('--json', 'instruction', 'list'))
  assert.deepEqual(
    [first.waiting, later.acknowledged],
    [['花木街道牡丹二居委会'], 0],
    'taken back here, taken back there',
  )
}

async function filesThatAreNotThereYet() {
  await go('/instructions')
  await page.locator('.row').nth(1).click()
  const card = await call(page, 'instruction_card', {
    id: new URLSearchParams((await page.evaluate(() => location.hash)).split('?')[1]).get('id'),
  })
  const [pages, sheet] = card.attachments
  const attachments = [
    { ...pages, state: 'coming', received: Math.floor(pages.size / 3) },
    { ...sheet, state: 'wrong', received: 0 },
  ]
  await page.route('**/api/call/instruction_card', (route) =>
    route.fulfill({ json: { ...card, attachments, problem: said('exchange', 'no_network', {}, '连不上区级平台') } }),
  )
  await page.reload()
  await page.locator('.file[data-file=coming]', { hasText: '已收到 33%' }).waitFor()
  await page.locator('.note', { hasText: '连不上区级平台' }).waitFor()
  await lookInBothThemes('24-files-coming')
  await page.unrouteAll()
}

async function bothWorkWithoutANetwork() {
  await gate.stop()
  const note = (of, row, text) =>
    call(of, 'resident_save', { id: row.id, fields: { note: text }, tags: null, anyway: true })
  for (const row of await people(page)) await note(page, row, `${row.name}：周一上门`)
  for (const row of await people(other)) await note(other, row, `${row.name}：周二上门`)
  await go('/sync')
  for (const of of [page, other]) {
    await of.keyboard.press('Control+Shift+S')
    await pill('offline', of).waitFor()
  }
  assert.match(await pill('offline').textContent(), /^离线 · \d+ 条待上传$/)
  await page.locator('.state', { hasText: '现在连不上浦东新区' }).waitFor()
  await lookInBothThemes('09-offline')
}

async function theInboxByKeys() {
  gate = await openDistrict(new URL(url).host)
  const conflicts = page.locator('[data-pill=conflicts]')
  for (const of of [page, other]) {
    await of.keyboard.press('Control+Shift+S')
    await pill('synced', of).waitFor({ timeout: 60_000 })
  }
  await page.keyboard.press('Control+Shift+S')
  await page.waitForFunction(
    (n) => document.querySelector('[data-pill=conflicts]')?.textContent === `有冲突 ${n}`,
    PEOPLE,
  )
  await conflicts.click()
  await page.locator('.row.on').waitFor()
  await lookInBothThemes('10-inbox')
  await page.locator('.row.on').waitFor()
  const chosen = await page.locator('.row.on .value').nth(1).locator('b').textContent()
  const whose = (await page.locator('.row.on .whose b').textContent()).replace('居民 ', '')
  await page.keyboard.press('2')
  await toast('已决定 1 处')
  const row = (await people(page)).find((one) => one.name === whose)
  assert.equal((await call(page, 'resident_card', { id: row.id })).fields.note, chosen, 'the second value holds now')
  // Two keys while the first of them is still being written are for two rows.
  const slowly = async (route) => (await new Promise((wait) => setTimeout(wait, 400)), route.fallback())
  await page.route('**/api/call/conflict_decide', slowly)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  await page.locator('h1', { hasText: `${PEOPLE - 3} 处等您决定` }).waitFor()
  await page.unroute('**/api/call/conflict_decide', slowly)
  await page.keyboard.press('Space')
  await page.keyboard.press('Shift+ArrowDown')
  await page.locator('.foot', { hasText: '已选 2 条' }).waitFor()
  await look('11-ticked')
  await page.getByRole('button', { name: '勾选的用“里屋电脑”的' }).click()
  await toast('已决定 2 处')
  await page.keyboard.press('Shift+A')
  await toast(`已决定 ${PEOPLE - 5} 处`)
  await page.getByText('没有冲突').waitFor()
  await look('12-inbox-empty')
  await page.keyboard.press('Control+Shift+S')
  await pill('synced').waitFor()
  assert.equal(await pill('synced').textContent(), '已同步')
  await page.keyboard.press('Escape')
  await page.locator('.device', { hasText: '里屋电脑' }).waitFor()
  await lookInBothThemes('13-synced')
}

/** States that a test cannot bring about at will: the program's answers are put in their place. */
async function everyStateHasItsWords() {
  const shown = await call(page, 'exchange_page')
  const whose = (number, name) => said('conflicts', 'reservation', { number, name }, `预约 ${number} ${name}`)
  const refused = {
    seq: 7,
    seen: false,
    batch: 1,
    at: '2026-02-03T09:12:00',
    actor: '董敏',
    what: said('timeline', 'did', { action: 'vouchers_issued' }, '发放凭证号'),
    whose: whose('A00007', '居民丙'),
    reason: said('rejected', 'served', {}, '另一台电脑已先发了凭证（限一份）'),
    advice: said('rejected', 'first_holds', {}, '收回已打印的凭证，以先发的一张为准'),
  }
  let state = shown.state
  const answer = (make) => (route) => route.fulfill({ json: make() })
  await page.route(
    '**/api/call/exchange_state',
    answer(() => state),
  )
  await page.route(
    '**/api/call/exchange_page',
    answer(() => ({
      ...shown,
      state,
      rejected: [
        { ...refused, seen: !state.rejected },
        { ...refused, seq: 5, seen: !state.rejected, whose: whose('A00009', '居民庚') },
        { ...refused, seq: 2, seen: true, whose: whose('A00003', '居民丁') },
      ],
    })),
  )
  const marked = []
  await page.route('**/api/call/rejected_seen', (route) => {
    marked.push(route.request().postDataJSON())
    state = { ...state, rejected: 0 }
    return route.fulfill({ json: state })
  })
  const states = {
    running: [{ phase: 'running', last_success: null, progress: { received: 340, last: 1_200 } }, '正在同步 28%'],
    trouble: [
      { phase: 'trouble', waiting: 3, problem: said('exchange', 'revoked', {}, '这台电脑已被区级平台停用') },
      '同步有问题',
    ],
    refused: [{ rejected: 2, unread: 5, clock_off: 17 }, '被退回 2'],
  }
  for (const [name, [changed, words]] of Object.entries(states)) {
    state = { ...shown.state, ...changed }
    await page.locator('.top').getByText(words).waitFor()
    await look(`state-${name}`)
  }
  await page.locator('.state', { hasText: '时钟快了 17 分钟' }).waitFor()
  await page.locator('.advice', { hasText: '收回已打印的凭证' }).first().waitFor()
  await theme('dark')
  await look('state-refused-dark')
  await call(page, 'settings_save', {
    ...(await call(page, 'settings')),
    theme: 'light',
    language: 'en',
    type_size: 18,
  })
  await page.reload()
  await page.locator('.top').getByText('2 refused').waitFor()
  await look('state-refused-en')
  await page.keyboard.press('k')
  await page.locator('[data-pill=rejected]').waitFor({ state: 'detached' })
  await page.locator('[data-rejected=seen]', { hasText: 'Refused before (3)' }).waitFor()
  assert.deepEqual(marked, [{ up_to: 7 }], 'what was shown is seen')
  await look('state-refused-seen')
  await call(page, 'settings_save', { ...(await call(page, 'settings')), language: 'zh-CN', type_size: 14 })
  await page.unrouteAll()
  await page.reload()
  await pill('synced').waitFor()
}

async function packagesOnAStick() {
  await page.locator('.packages .el-select').click()
  await page.locator('.el-select-dropdown__item', { hasText: '里屋电脑' }).click()
  await page.getByRole('button', { name: '存成同步包' }).click()
  await toast('已保存')
  const saved = readdirSync(folder).find((name) => name.endsWith('.llpkg'))
  second('package', 'import', saved)
  second('package', 'export', '--for', '前台电脑', '-o', 'back.llpkg')
  await page.setInputFiles('[data-package]', join(folder, 'back.llpkg'))
  await page.locator('.came', { hasText: '里屋电脑' }).waitFor()
  await look('14-package')
}

async function aPcAloneJoinsWithItsData() {
  const alone = await serve(program, ['--data', 'third', 'serve', '--no-open'])
  await page.goto(alone.address)
  await page.click('[data-choice=alone]')
  await page.fill('input[name=committee]', '牡丹二居委会')
  await page.fill('input[name=actor]', '周平')
  await newPassword(page, PASSWORD)
  await page.click('button.main')
  await pill('alone').waitFor()
  await go('/instructions')
  await page.getByText('上级要求由区级平台发来').waitFor()
  await look('25-alone-no-instructions')
  await call(page, 'resident_save', { id: null, fields: { name: '独有一人' }, tags: null, anyway: true })
  await pill('alone').click()
  await look('15-alone')
  await go('/settings')
  await page.locator('.settings [data-join]').click()
  await page.getByRole('button', { name: '没有凭据' }).click()
  await page.fill('input[name=url]', url)
  await page.fill('input[name=code]', 'AAAA-AAAA-AAAA')
  await page.fill('input[name=device]', '办公室电脑')
  await page.keyboard.press('Enter')
  await page.locator('.problem', { hasText: '加入码不对' }).waitFor()
  await look('16-wrong-code')
  await page.fill('input[name=code]', JSON.parse(office('--json', 'enrol-code', '2', '--url', url)).code)
  await page.keyboard.press('Enter')
  await pill('synced').waitFor()
  await page.locator('.who', { hasText: '花木街道牡丹二居委会' }).waitFor()
  assert.deepEqual(
    (await people(page)).map((row) => row.name),
    ['独有一人'],
    'its data has come along',
  )
  await go('/settings')
  await page.locator('.settings', { hasText: '已加入：浦东新区' }).waitFor()
  await look('17-settings')
}

async function aRevokedPcJoinsAgainWithWhatWaits() {
  const [{ device }] = JSON.parse(office('--json', 'device', 'list', '2'))
  office('device', 'revoke', '2', device)
  await call(page, 'resident_save', { id: null, fields: { name: '停用后新登记' }, tags: null, anyway: true })
  await go('/sync')
  await page.keyboard.press('Control+Shift+S')
  await pill('trouble').waitFor()
  await page.locator('[data-join-again]').waitFor()
  await lookInBothThemes('26-cut-off')
  await page.click('[data-join-again]')
  await page.getByRole('button', { name: '没有凭据' }).click()
  await page.fill('input[name=url]', url)
  await page.fill('input[name=code]', JSON.parse(office('--json', 'enrol-code', '2', '--url', url)).code)
  await page.fill('input[name=device]', '办公室电脑')
  await look('27-join-again')
  await page.keyboard.press('Enter')
  await pill('synced').waitFor()
  await page.locator('[data-join-again]').waitFor({ state: 'detached' })
  assert.equal((await call(page, 'exchange_state')).rejected, 0, 'what waited was taken')
  await look('28-joined-again')
}

const steps = [
  joiningByAPicture,
  aRoundOfTheDistrictAndTheFirstNumber,
  aSecondPcWaitsForNumbers,
  aMessageIsAskedForAndItsResultComesBack,
  newRegistrationsAreAnnouncedOnce,
  instructionsAreReadAndAcknowledged,
  filesThatAreNotThereYet,
  bothWorkWithoutANetwork,
  theInboxByKeys,
  everyStateHasItsWords,
  packagesOnAStick,
  aPcAloneJoinsWithItsData,
  aRevokedPcJoinsAgainWithWhatWaits,
]
try {
  for (const step of steps) {
    await step()
    console.log(`exchange: ${step.name} ok`)
  }
  assert.deepEqual(wrong, [], 'no page threw')
  console.log(`${steps.length} passed, 0 failed`)
} catch (error) {
  await look('failed')
  console.error(error)
  process.exitCode = 1
} finally {
  for (const server of running) await server.stop()
  await close()
}
