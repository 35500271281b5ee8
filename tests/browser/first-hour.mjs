// The first hour of a new office in one piece, with its own papers: first start alone → the roster from a workbook with a tab per
// building, a page with heading rows and a csv of an old program → a round with two places to collect → ten walk-ins by
// keyboard, two of them not on the roster → review → calls → vouchers → hand-out → undo and redo of an import → a notice in
// its own words → backup and restore. Pictures are left in test-output/first-hour. Run by `cargo xtask test`.
import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newPassword, open } from './host.mjs'

const PASSWORD = '邻里密码-1'
const { page, folder, wrong, address, look, go, call, close } = await open('first-hour')
const toast = (text) => page.locator('.toast', { hasText: text }).last().waitFor()
const everybody = { query: null, tag: null, estate: null, building: null, only: null }
const roster = (more = {}) => call('resident_list', { ...everybody, ...more, page: { offset: 0, limit: 200 } })
let round
const registered = (stage) =>
  call('reservation_list', {
    round,
    stage,
    findings: null,
    building: null,
    query: null,
    page: { offset: 0, limit: 50 },
  })

/** Families of a building: rooms on floors, a name each, a phone each. */
const SURNAMES = '赵钱孙李周吴郑王冯陈'
const families = (building, count) =>
  Array.from({ length: count }, (_, at) => ({
    name: `${SURNAMES[at % SURNAMES.length]}${'一二三四五六'[building - 1]}${at < 10 ? '芳' : '强'}`,
    room: `${1 + Math.floor(at / 2)}0${1 + (at % 2)}`,
    phone: `138${String(building).padStart(2, '0')}${String(100_000 + at)}`,
  }))

/** A workbook as an old Excel saves it as XML: one tab per building, no building in any row. */
function tabs() {
  const cell = (text) => `<Cell><Data ss:Type="String">${text}</Data></Cell>`
  const row = (cells) => `<Row>${cells.map(cell).join('')}</Row>`
  const sheet = (building) =>
    `<Worksheet ss:Name="${building}号楼"><Table>${row(['姓名', '室号', '联系电话'])}${families(building, 12)
      .map((one) => row([one.name, one.room, one.phone]))
      .join('')}</Table></Worksheet>`
  return `<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">${[1, 2].map(sheet).join('')}</Workbook>`
}
/** A page of an office system saved as .xls: heading rows above blocks, the room only in a household's first row. */
function headings() {
  const row = (cells) => `<tr>${cells.map((text) => `<td>${text}</td>`).join('')}</tr>`
  const block = (building) => {
    const people = families(building, 8).flatMap((one) => [
      row([one.name, '户主', one.room, one.phone]),
      row([`${one.name[0]}小明`, '子', '', '无']),
    ])
    return row([`${building}号楼`, '', '', '']) + people.join('')
  }
  return `<html><meta charset="utf-8"><table>${row(['姓名', '与户主关系', '室号', '手机'])}${[3, 4].map(block).join('')}</table></html>`
}
const csv = () =>
  ['姓名,地址,电话,身份证号', ...families(5, 10).map((one) => `${one.name},5号${one.room},${one.phone},/`)].join('\r\n')

async function firstStart() {
  await page.goto(address)
  await page.locator('[data-choice=alone]').focus()
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'committee')
  await page.keyboard.type('牡丹一居委会')
  await page.fill('input[name=actor]', '董敏')
  await newPassword(page, PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForSelector('.today', { timeout: 60_000 })
  await look('01-nothing-yet')
}

async function take(name, content, people) {
  const path = join(folder, name)
  writeFileSync(path, content)
  const before = (await roster()).total
  await go('/today')
  await go('/roster/import')
  await page.setInputFiles('input[type=file]', path)
  await page.locator('table').waitFor()
  await page.getByText(`新增 ${people}`).first().waitFor()
  await look(`02-import-${name}`)
  await page.keyboard.press('Enter')
  await page.locator('.result').waitFor()
  await look(`02-imported-${name}`)
  await page.keyboard.press('Enter')
  assert.equal((await roster()).total, before + people)
}
async function ownRosterInThreeForms() {
  await take('各楼.xls', tabs(), 24)
  await take('三四号楼.xls', headings(), 32)
  await take('五号楼.csv', csv(), 10)
  const of = async (name) => (await roster({ query: name })).rows.map((row) => row.address)
  assert.deepEqual(await of('赵一芳'), ['1号楼101室'])
  assert.deepEqual(await of('孙三芳'), ['3号楼201室'], 'the building is the heading above')
  assert.deepEqual(await of('周五芳'), ['5号301室'])
  const { rows } = await roster({ query: '孙小明' })
  assert.deepEqual(
    rows.map((row) => [row.address, row.phone]),
    [
      ['3号楼201室', null],
      ['4号楼201室', null],
    ],
    'a household has one address, 无 is no phone',
  )
}

async function aRoundWithTwoPlaces() {
  await go('/rounds')
  await page.getByRole('button', { name: '开启轮次' }).first().waitFor()
  await page.keyboard.press('o')
  const dialog = page.locator('.el-dialog')
  await page.waitForFunction(
    () => document.activeElement?.closest('.el-dialog') && document.activeElement.tagName === 'INPUT',
  )
  await page.keyboard.type('口罩预约')
  await dialog.getByRole('button', { name: '加一个领取点' }).click()
  for (const [at, name] of ['东门', '西门'].entries())
    await dialog.locator('.point').nth(at).locator('input').first().fill(name)
  const dates = dialog.locator('.el-range-input')
  await dates.nth(0).fill('2020-01-01 08:00')
  await dates.nth(1).fill('2099-01-01 20:00')
  await page.keyboard.press('Enter')
  await look('03-round')
  await dialog.locator('.btn.main').click()
  await dialog.waitFor({ state: 'hidden' })
  await page.locator('.round').waitFor()
  const { rounds } = await call('round_list', {})
  round = rounds[0].id
  assert.deepEqual(
    rounds.map((one) => one.title),
    ['第1轮口罩预约'],
    'nobody has to write the title',
  )
}

/** Enter until somebody is served, as far as the counter asks. */
async function enterUntilServed() {
  for (let pressed = 0; pressed < 8 && !(await page.locator('.result').count()); pressed++) {
    await page.keyboard.press('Enter')
    await page.waitForTimeout(300)
  }
  await page.locator('.result .voucher').waitFor()
}
async function tenWalkIns() {
  await go(`/rounds/${round}/counter`)
  await page.locator('.search .giant').waitFor()
  for (const name of ['赵一芳', '钱二芳', '孙三芳', '李四芳', '周五芳', '吴一芳', '郑二芳', '王三芳']) {
    await page.keyboard.type(name)
    await page.locator('.hit', { hasText: name }).first().waitFor()
    await page.keyboard.press('Enter')
    await page.locator('.person .fits, .person .findings').waitFor()
    await enterUntilServed()
    await page.keyboard.press('Enter')
    await page.locator('.search .giant').waitFor()
  }
  for (const [name, room] of [
    ['诸葛明', '601'],
    ['司马光', '602'],
  ]) {
    await page.keyboard.type(name)
    await page.keyboard.press('Control+n')
    await page.locator('.person input').first().waitFor()
    await page.keyboard.press('Enter')
    await page.locator('.findings', { hasText: '查无此人' }).waitFor()
    await look('04-stranger')
    await page.keyboard.press('Enter')
    await page.keyboard.type(`13900000${room}`)
    await page.keyboard.press('Enter')
    await page.keyboard.type(`5号${room}`)
    await enterUntilServed()
    await page.keyboard.press('Enter')
    await page.locator('.search .giant').waitFor()
  }
  assert.equal((await registered(null)).total, 10)
  await page.keyboard.press('Escape')
}

/** Those of a form on paper, typed up by a colleague. */
async function reviewAndCalls() {
  const path = join(folder, '登记.csv')
  const people = [...families(1, 12).slice(6), ...families(2, 12).slice(8)]
  const rows = people.map(
    (one, at) => `${one.name},${at < 6 ? 1 : 2}号${one.room},${one.phone},2020-02-02 09:${10 + at},1`,
  )
  writeFileSync(path, ['姓名,地址,电话,登记时间,数量', ...rows].join('\r\n'))
  await go(`/rounds/${round}/import`)
  await page.setInputFiles('input[type=file]', path)
  await page.locator('table').waitFor()
  await page.getByText(`新增 ${people.length}`).first().waitFor()
  await page.keyboard.press('Enter')
  await page.locator('.result').waitFor()
  await go(`/rounds/${round}?stage=pending`)
  await page.locator('.row.on').waitFor()
  const waiting = (await registered('pending')).rows
  for (const { name } of waiting.slice(0, 5)) {
    await page.keyboard.press('a')
    await toast(`已通过 ${name}`)
  }
  await page.keyboard.press('r')
  await page.locator('.el-dialog .btn').first().waitFor()
  await page.keyboard.press('2')
  await toast(`已记不通过 ${waiting[5].name}`)
  await page.keyboard.press('Shift+A')
  await toast('有问题 4 条留待人工')
  await look('05-reviewed')
  await page.keyboard.press('t')
  for (const key of ['1', '2', '3', '1']) {
    const name = await page.locator('.call .name').textContent()
    await page.waitForFunction(() => /^\d+$/.test(document.querySelector('[data-phone]')?.textContent.trim() ?? ''))
    await page.keyboard.press(key)
    await page.waitForFunction((name) => document.querySelector('.call .name')?.textContent !== name, name)
  }
  await look('06-calls')
  assert.equal((await registered('notified')).total, 12, 'ten at the counter, and two who answered')
}

let voucher
async function vouchersAndHandOut() {
  await go(`/papers?kind=vouchers&round=${round}`)
  await page.locator('aside .btn.main').waitFor()
  await page.keyboard.press('Enter')
  await page.locator('canvas.sheet').first().waitFor({ timeout: 60_000 })
  await look('07-vouchers')
  await page.keyboard.press('s')
  await toast('已保存')
  assert.ok(readdirSync(folder).some((name) => /凭证.*\.pdf$/.test(name)))
  const { rows } = await registered('notified')
  voucher = rows.find((row) => row.name === '赵一芳').voucher
  await go(`/rounds/${round}/collect`)
  await page.locator('.giant').waitFor()
  await page.keyboard.type(voucher)
  await page.keyboard.press('Enter')
  await page.locator('.answer.bad', { hasText: '还没到领取日期' }).waitFor()
  await page.keyboard.press('Control+Enter')
  await page.locator('.answer.ok', { hasText: '赵一芳' }).waitFor()
  await page.keyboard.type(voucher)
  await page.keyboard.press('Enter')
  await page.locator('.answer.bad', { hasText: '赵一芳' }).waitFor()
  await look('08-twice')
  assert.equal((await registered('collected')).total, 1)
}

async function anImportTakenBackAndBroughtBack() {
  const before = (await roster()).total
  await go('/roster/import')
  await page.setInputFiles('input[type=file]', {
    name: '六号楼.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('姓名,楼栋,室号\n尤六芳,6号,101\n许六芳,6号,102\n'),
  })
  await page.locator('table').waitFor()
  await page.getByText('新增 2').first().waitFor()
  await page.keyboard.press('Enter')
  await page.locator('.result').waitFor()
  await page.keyboard.press('Control+z')
  await toast('已撤销')
  assert.equal((await roster()).total, before)
  await page.keyboard.press('Control+Shift+Z')
  await toast('已恢复')
  assert.equal((await roster()).total, before + 2)
}

async function aNoticeInItsOwnWords() {
  await go('/papers?kind=notice')
  await page.locator('[name=notice-title]').fill('停水通知')
  await page.locator('[name=notice-text]').fill('各位居民：\n明天上午九点到下午四点停水。\n请提前储水。')
  await page.locator('aside .btn.main').click()
  await page.locator('canvas.sheet').first().waitFor({ timeout: 60_000 })
  await look('09-notice')
}

async function backupAndRestore() {
  const stick = join(folder, 'U盘')
  mkdirSync(stick)
  await go('/settings')
  await page.locator('[name=backup-folder]').fill(stick)
  await page.locator('[data-backup]').click()
  await toast('备份')
  assert.ok(readdirSync(stick).some((name) => name.endsWith('.linli')))
  const before = (await roster()).total
  const [gone] = (await roster({ query: '许六芳' })).rows
  await call('resident_delete', { id: gone.id })
  assert.equal((await roster()).total, before - 1)
  await go('/settings')
  await page.locator('[data-restore-open]').click()
  const dialog = page.locator('.el-dialog:visible')
  await dialog.locator('[name=at]').fill(stick)
  await page.keyboard.press('Enter')
  await dialog.locator('.file').first().click()
  await dialog.locator('[name=restore-password]').fill(PASSWORD)
  await look('10-restore')
  await dialog.locator('[data-restore]').click()
  await page.locator('[data-restored]').click()
  await page.reload()
  const password = page.locator('.start input[type=password]')
  await password.or(page.locator('.today, .panel')).first().waitFor()
  if (await password.count()) {
    await password.fill(PASSWORD)
    await page.keyboard.press('Enter')
  }
  await go('/today')
  await page.waitForSelector('.today')
  assert.equal((await roster()).total, before, 'everybody is back')
  assert.equal((await registered('collected')).rows[0].voucher, voucher)
  await look('11-back')
}

const steps = [
  firstStart,
  ownRosterInThreeForms,
  aRoundWithTwoPlaces,
  tenWalkIns,
  reviewAndCalls,
  vouchersAndHandOut,
  anImportTakenBackAndBroughtBack,
  aNoticeInItsOwnWords,
  backupAndRestore,
]
try {
  for (const step of steps) {
    await step()
    console.log(`first hour: ${step.name} ok`)
  }
  assert.deepEqual(wrong, [], 'no page threw')
  console.log(`${steps.length} passed, 0 failed`)
} catch (error) {
  await look('failed')
  console.error(error)
  process.exitCode = 1
} finally {
  await close()
}
