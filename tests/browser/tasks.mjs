// Tasks by keys, on the real program: a sheet of rows is imported; unclear ones are decided with at most two keys, outcomes
// entered with at most three, many at once; calls, exports, undo. Then a district pushes rows that ask something. Pictures
// are left in test-output/tasks.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { open, openWindow, program, start, startWithSample } from './host.mjs'

const { page, folder, wrong, address, look, go, call, close } = await open('tasks')
const district = process.env.LINLI_DISTRICT ?? join(dirname(program), 'linli-district')
/** The most keys for whose a row is, and for what came of asking. */
const MOST = { decide: 2, visit: 3 }
/** Rows of each kind in the sheet. */
const ROWS = 12
const running = []
const toast = (text, of = page) => of.locator('.toast', { hasText: text }).last().waitFor()
const cardOf = (id, of) => call('task_card', { id }, of)
const rowsIn = async (tray, of) => (await listOf({ tray }, of)).rows
const listOf = (narrowed, of) =>
  call(
    'task_list',
    {
      tray: null,
      pressing: false,
      building: null,
      assignee: null,
      source: null,
      query: null,
      page: { offset: 0, limit: 200 },
      ...narrowed,
    },
    of,
  )

/** Opens a tray; gives the rows in it. */
async function openTray(tray, of = page) {
  await go('/today', of)
  await of.waitForSelector('.today')
  await go(`/tasks?tray=${tray}`, of)
  await of.locator('.row.on').waitFor()
  await of.locator('.pane').waitFor()
  return rowsIn(tray, of)
}
const underCursor = async (name, of = page) =>
  of.locator('.pane h1', { hasText: name || '没写姓名' }).waitFor({ timeout: 10_000 })
/** Presses keys, at most so many. */
async function press(most, keys, of = page) {
  assert.ok(keys.length <= most, `${keys.join(' ')}: at most ${most} keys`)
  for (const key of keys) await of.keyboard.press(key)
}

/** Rows about people of the roster, some of them about one person twice, some with a name and a building only, and some
 * about nobody. */
async function aSheetIsImported() {
  const nothing = { query: null, tag: null, estate: null, building: null, only: null }
  const { rows: people } = await call('resident_list', { ...nothing, page: { offset: 0, limit: 4 * ROWS } })
  const lines = ['编号,来源,姓名,身份证号,联系电话,地址,截止时间,情况说明']
  for (const [place, one] of people.slice(0, ROWS).entries()) {
    const clear = await call('resident_reveal', { id: one.id })
    const numbers = `${clear.document_number ?? ''},${clear.phone ?? ''}`
    lines.push(`A-${place},道口,${one.name},${numbers},${one.address},2099-02-02 13:24,自外省返沪`)
    if (place < 3) lines.push(`B-${place},12345,${one.name},${numbers},${one.room},2099-02-02 12:00,`)
  }
  for (const [place, one] of people.slice(ROWS, 2 * ROWS).entries())
    lines.push(`C-${place},健康平台,${one.name},,,${one.address.replace(/\d+室$/, '')},2020-02-02 13:24,请核实住址`)
  for (let place = 0; place < 3; place++)
    lines.push(`D-${place},道口,欧阳无此人,,13999999${100 + place},云南路999弄9号,,`)
  const sheet = join(folder, 'rows.csv')
  writeFileSync(sheet, lines.join('\r\n'))
  await go('/tasks')
  await page.locator('.empty', { hasText: '还没有核查任务' }).waitFor()
  await look('none')
  await page.keyboard.press('i')
  await page.setInputFiles('input[type=file]', sheet)
  await page.waitForSelector('table')
  await look('import')
  await page.locator('.btn.main').click()
  await page.locator('.result').waitFor({ timeout: 60_000 })
  const { all } = await listOf({})
  assert.equal(all, lines.length - 1)
}

async function todayAndTheRailCountThem() {
  const { rows } = await listOf({})
  await go('/today')
  await page.locator('.due', { hasText: '核查任务待核查' }).click()
  await page.locator('.row.on').waitFor()
  await page.locator('.rail .area.on .count', { hasText: /\d/ }).waitFor()
  await look('open')
  assert.equal(await page.locator('.foot', { hasText: `${rows.length} 条` }).count(), 1)
}

async function anUnclearOneTakesTwoKeys() {
  const [first, second, third] = await openTray('undecided')
  await underCursor(first.name)
  const { candidates } = await cardOf(first.id)
  assert.ok(candidates.length > 0, 'somebody may be meant')
  await look('undecided')
  await press(MOST.decide, ['1'])
  await toast(`判定为台账里的 ${candidates[0].resident.name}`)
  await underCursor(second.name)
  const { row } = await cardOf(first.id)
  assert.deepEqual([row.tray, row.resident], ['to_visit', candidates[0].resident.id])
  // None of them, and taken back.
  await press(MOST.decide, ['0'])
  await underCursor(third.name)
  assert.equal((await cardOf(second.id)).row.tray, 'not_ours')
  await page.keyboard.press('Control+z')
  await toast('已撤销')
  assert.equal((await cardOf(second.id)).row.tray, 'undecided')
  // Somebody else of the roster.
  const [now] = await openTray('undecided')
  await underCursor(now.name)
  await page.keyboard.press('f')
  await page.locator('.el-dialog .member').first().waitFor()
  await look('find')
  await page.keyboard.press('Enter')
  await toast(`判定为台账里的 ${now.name}`)
}

async function anOutcomeTakesThreeKeys() {
  const [first, second, third] = await openTray('to_visit')
  await underCursor(first.name)
  await look('to-visit')
  await press(MOST.visit, ['d', '6'])
  await toast(`${first.name}：无人应答（电话）`)
  await underCursor(second.name)
  assert.deepEqual([(await cardOf(first.id)).row.tray, (await cardOf(first.id)).row.tries], ['to_visit', 1])
  await press(MOST.visit, ['d', '3'])
  await toast(`${second.name}：已搬离（上门）`)
  await underCursor(third.name)
  const { row, visits } = await cardOf(second.id)
  assert.deepEqual([row.tray, row.outcome, visits[0].way], ['answered', 'moved', 'door'])
  await page.keyboard.press('Control+z')
  await toast('已撤销')
  assert.equal((await cardOf(second.id)).row.tray, 'to_visit')
}

/** What two sources ask about one person is one row, answered once for both. */
async function oneVisitAnswersAllWhoAsked() {
  const rows = await openTray('to_visit')
  const several = rows.find((one) => one.sources.length > 1)
  assert.ok(several, 'rows of one person are one')
  await page.locator('.row', { hasText: '2 个来源' }).first().click()
  await underCursor(several.name)
  await look('two-sources')
  await press(MOST.visit, ['1'])
  await toast(`${several.name}：找到本人`)
  const answered = await rowsIn('answered')
  assert.equal(answered.filter((one) => one.name === several.name).length, 2, 'each source has its answer')
}

/** Five keys in a row are for five rows, however long the writing takes. */
async function fiveKeysAreForFiveRows() {
  const before = (await openTray('to_visit')).slice(0, 5)
  await underCursor(before[0].name)
  const path = '**/api/call/task_visit'
  await page.route(path, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 300))
    await route.fallback()
  })
  for (let key = 0; key < 5; key++) await page.keyboard.press(String(key + 1))
  await page.locator('[data-waiting]', { hasText: '还有 4 个按键在排队' }).waitFor()
  await toast(`${before[4].name}：不是本人`)
  await page.unroute(path)
  const outcomes = await Promise.all(before.map(async ({ id }) => (await cardOf(id)).row.outcome))
  assert.deepEqual(outcomes, ['found', 'not_found', 'moved', 'refused', 'wrong_person'])
}

async function manyAreAssignedAndReturned() {
  const [first, second] = await openTray('undecided')
  await page.keyboard.press('Shift+ArrowDown')
  await page.locator('.foot', { hasText: '已选 2 条' }).waitFor()
  await page.keyboard.press('1')
  assert.equal((await cardOf(first.id)).row.tray, 'undecided', 'a digit is for one at a time')
  await page.keyboard.press('a')
  await page.locator('.el-dialog', { hasText: '分派给谁' }).waitFor()
  await look('assign')
  await page.keyboard.press('/')
  await page.keyboard.type('12号楼组长')
  await page.keyboard.press('Enter')
  await toast('已分派给 12号楼组长')
  const whose = async () => [(await cardOf(first.id)).row.assignee, (await cardOf(second.id)).row.assignee]
  assert.deepEqual(await whose(), ['12号楼组长', '12号楼组长'])
  await go('/tasks?assignee=12号楼组长')
  await page.locator('.foot', { hasText: /^2 条/ }).waitFor()
  await page.keyboard.press('Control+a')
  await page.locator('.foot', { hasText: '已选 2 条' }).waitFor()
  await page.keyboard.press('Shift+A')
  await toast('已取消分派')
  assert.deepEqual(await whose(), [null, null])
  await openTray('undecided')
  await page.keyboard.press('r')
  await page.locator('.el-dialog', { hasText: '退回的原因' }).waitFor()
  await look('return')
  await page.keyboard.press('2')
  await toast('已退回：地址不详')
  const [returned] = await rowsIn('returned')
  assert.equal((await cardOf(returned.id)).reason, '地址不详')
}

async function exportsByTheirNames() {
  await openTray('to_visit')
  await page.keyboard.press('e')
  await toast('待核查导出')
  for (const name of ['已核查回复导出', '退回清单导出']) {
    await page.locator('.out', { hasText: name }).click()
    await toast(name)
  }
}

async function callsOneAfterTheOther() {
  await openTray('to_visit')
  const rows = await rowsIn('to_visit')
  await page.keyboard.press('t')
  await page.locator('.call .name', { hasText: rows[0].name }).waitFor()
  await page.waitForFunction(() => /^\d+$/.test(document.querySelector('[data-phone]')?.textContent.trim() ?? ''))
  await look('call')
  await press(MOST.visit, ['6'])
  await toast(`${rows[0].name}：无人应答（电话）`)
  await page.locator('.call .name', { hasText: rows[1].name }).waitFor()
  const said = JSON.stringify((await cardOf(rows[0].id)).timeline)
  assert.match(said, /查看了完整证件号码和电话/, 'showing the number is recorded')
  await page.keyboard.press('Escape')
  await page.locator('h1', { hasText: '核查任务' }).waitFor()
  await page.keyboard.press('p')
  await page.waitForFunction(() => location.hash.includes('kind=visit_list'))
}

let pc
/** A program that ends by itself. */
function run(command, args) {
  const done = spawnSync(command, args, { cwd: folder, encoding: 'utf8' })
  assert.equal(done.status, 0, `${args.join(' ')}: ${done.error ?? done.stderr}`)
}
async function serve(command, args) {
  const server = await start(command, args, folder)
  running.push(server)
  return server.address
}
/** A PC of a district's, with people whose rows are pushed with what is to be asked. */
async function aDistrictPushesRowsThatAsk() {
  writeFileSync(join(folder, 'password'), '邻里密码-1')
  writeFileSync(join(folder, 'committees.tsv'), '浦东新区\t花木街道\t牡丹一居委会\n')
  const people = ['张三丰,13800001111,501', '李四光,13800002222,502', '王五,13800003333,503']
  const cells = people.map((line) => line.split(','))
  const home = (room) => `齐河路338弄12号${room}室`
  const roster = cells.map(([name, phone, room]) => `${name},${phone},${home(room)}`)
  writeFileSync(join(folder, 'roster.csv'), ['姓名,手机,地址', ...roster].join('\n'))
  const rows = cells.map(([name, phone, room], place) => `R-${place},${name},${phone},${home(room)}`)
  writeFileSync(join(folder, 'push.csv'), ['编号,姓名,联系电话,地址', ...rows].join('\n'))
  const office = (...args) => run(district, ['--data', 'district', '--name', '浦东新区', ...args])
  const desk = ['--data', 'desk', '--password-file', 'password']
  office('committee', 'import', 'committees.tsv')
  const url = await serve(district, [
    ...['--data', 'district', '--name', '浦东新区'],
    ...['serve', '--plain', '--listen', '127.0.0.1:0'],
  ])
  office('enrol-code', '1', '--url', url, '-o', 'ticket.png')
  run(program, [...desk, 'join', 'ticket.png', '--name', '前台电脑', '--actor', '董敏'])
  run(program, [...desk, 'roster', 'import', 'roster.csv'])
  office('push', 'tasks', 'push.csv', '--committee', '牡丹一居委会', '--source', '道口', '--ask', '症状:有/无')
  run(program, [...desk, 'sync'])
  pc = await openWindow(page.context().browser())
  await pc.goto(await serve(program, [...desk, 'serve', '--no-open']))
  await pc.waitForSelector('.frame')
  const { rows: waiting } = await listOf({ tray: 'to_visit' }, pc)
  assert.equal(waiting.length, people.length, 'it is certain whose they are')
}

async function whatIsAskedIsAnsweredByDigits() {
  const [first, second, third] = await openTray('to_visit', pc)
  await underCursor(first.name, pc)
  await press(MOST.visit, ['1'], pc)
  await pc.locator('.el-dialog .question', { hasText: '症状' }).waitFor()
  await look('asked', pc)
  await pc.keyboard.press('2')
  await toast(`${first.name}：找到本人（上门）`, pc)
  const learnt = async ({ id }) => (await cardOf(id, pc)).visits[0]?.learnt
  assert.deepEqual(await learnt(first), { 症状: '无' })
  // Quicker than the questions: what is pressed waits for them.
  await underCursor(second.name, pc)
  const path = '**/api/call/task_card'
  await pc.route(path, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 500))
    await route.fallback()
  })
  await press(MOST.visit, ['d', '1', '1'], pc)
  await toast(`${second.name}：找到本人（电话）`, pc)
  await pc.unroute(path)
  assert.deepEqual(await learnt(second), { 症状: '有' })
  // With a remark, and without an answer.
  await underCursor(third.name, pc)
  await pc.keyboard.press('v')
  await pc.locator('.el-dialog [data-outcome=found]').waitFor()
  await pc.keyboard.press('1')
  await pc.locator('.el-dialog #visit-note').fill('下周回来')
  await pc.keyboard.press('Enter')
  await toast(`${third.name}：找到本人`, pc)
  const { visits } = await cardOf(third.id, pc)
  assert.deepEqual([visits[0].learnt, visits[0].note], [{}, '下周回来'])
  await pc.locator('.empty', { hasText: '这个筛选里没有任务' }).waitFor()
  await go('/tasks', pc)
  await pc.locator('.empty', { hasText: '都核查完了' }).waitFor()
  await look('all-done', pc)
}

const steps = [
  aSheetIsImported,
  todayAndTheRailCountThem,
  anUnclearOneTakesTwoKeys,
  anOutcomeTakesThreeKeys,
  oneVisitAnswersAllWhoAsked,
  fiveKeysAreForFiveRows,
  manyAreAssignedAndReturned,
  exportsByTheirNames,
  callsOneAfterTheOther,
  aDistrictPushesRowsThatAsk,
  whatIsAskedIsAnsweredByDigits,
]
try {
  await page.goto(address)
  await startWithSample(page)
  for (const step of steps) {
    await step()
    console.log(`tasks: ${step.name} ok`)
  }
  assert.deepEqual(wrong, [], 'no page threw')
  console.log(`${steps.length} passed, 0 failed`)
} catch (error) {
  await look('failed', pc ?? page)
  console.error(error)
  process.exitCode = 1
} finally {
  for (const { stop } of running.reverse()) await stop()
  await close()
}
