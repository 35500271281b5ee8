// What each screen promises, one behaviour after another in a real browser against the real program: long lists, filters
// in the address and under a name, the board by keys, households, the reversible merge, a round from a file, the search
// box, the import's bad cells, the counter's look before writing, previews. Pictures are left in test-output/screens.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inflateRawSync } from 'node:zlib'
import { open, program, startWithSample } from './host.mjs'

const { page, folder, wrong, address, look, go, call, close } = await open('screens')
spawnSync(program, ['sample', '--households', '60', '--seed', '3', '-o', join(folder, 'sample')])

const toast = (text) => page.locator('.toast').last().getByText(text).waitFor()
const hash = () => page.evaluate(() => decodeURIComponent(location.hash))
const chip = (name) => page.locator('.chips .chip', { hasText: name }).first()
const number = async (locator) => Number(await locator.textContent())
const people = async () => Number((await page.locator('.foot').textContent()).match(/(\d+) 人/)?.[1])

async function aLongListEndsWhereItEnds() {
  await go('/roster')
  await page.waitForSelector('.line')
  const total = await number(chip('全部').locator('b'))
  assert.ok(total > 1_000, 'longer than one answer of the program')
  await page.evaluate(() => {
    const list = document.querySelector('.list')
    list.scrollTop = list.scrollHeight
  })
  const last = page.locator(`#row-${total - 1} .who`)
  await last.waitFor()
  const { rows } = await call('resident_list', {
    query: null,
    tag: null,
    estate: null,
    building: null,
    only: null,
    page: { offset: total - 1, limit: 1 },
  })
  assert.equal(await last.textContent(), rows[0].name, 'the last person is the last row')
  assert.equal(await people(), total, 'the list and its number agree')
}

async function filtersAreInTheAddressAndUnderAName() {
  const all = await people()
  const apart = await number(chip('人户分离').locator('b'))
  await chip('人户分离').click()
  await page.waitForFunction(() => location.hash.includes('only=registered_elsewhere'))
  await page.waitForFunction((n) => document.querySelector('.foot')?.textContent?.includes(`${n} 人`), apart)
  await page.goBack()
  await page.waitForFunction((n) => document.querySelector('.foot')?.textContent?.includes(`${n} 人`), all)
  await page.goForward()
  await page.getByRole('button', { name: '保存筛选' }).click()
  await page.keyboard.type('分离的人')
  await page.keyboard.press('Enter')
  const saved = page.getByRole('button', { name: '分离的人', exact: true })
  await saved.waitFor()
  await page.getByRole('button', { name: '清除', exact: true }).click()
  await page.waitForFunction(() => !location.hash.includes('only='))
  await page.reload()
  await saved.click()
  await page.waitForFunction(() => location.hash.includes('only=registered_elsewhere'))
  await look('saved-filter')
  await page.getByRole('button', { name: '删掉筛选“分离的人”' }).click()
  await saved.waitFor({ state: 'detached' })
}

async function theBoardByKeys() {
  await go('/roster/board')
  await page.waitForSelector('.room')
  const focused = () => page.evaluate(() => document.activeElement?.querySelector('b')?.textContent)
  await page.keyboard.press('ArrowDown')
  const first = await focused()
  await page.keyboard.press('ArrowRight')
  const second = await focused()
  assert.equal(Number(second), Number(first) + 1, 'along the floor')
  await page.keyboard.press('ArrowDown')
  const below = await focused()
  assert.equal(Number(below), Number(second) - 100, 'a floor down, in the same column')
  await page.locator('.hover').waitFor()
  await page.keyboard.press('Enter')
  await page.locator('aside h1', { hasText: `${below}室` }).waitFor()
  assert.match(await hash(), /household=/)
  await look('board-household')
  await page.keyboard.press('Escape')
  await page.locator('aside').waitFor({ state: 'detached' })
  await page.locator('.room').last().hover()
  await page.locator('.hover p').waitFor()
  const building = await page.locator('.page h1').textContent()
  await page.keyboard.press('PageDown')
  await page.waitForFunction((was) => document.querySelector('.page h1')?.textContent !== was, building)
}

async function searchFindsHousesAndVouchers() {
  await page.keyboard.press('Control+k')
  await page.keyboard.type('12号 501')
  await page.locator('.hits .hit', { hasText: '12号501室' }).last().click()
  await page.waitForFunction(() => location.hash.includes('household='))
  await page.locator('.pane h1', { hasText: '12号501室' }).waitFor()
}

async function aMergeIsChosenAndTakenApart() {
  const fields = { name: '诸葛并一', phone: '19201234567', note: '门岗登记', address: '齐河路338弄12号501室' }
  const keep = await call('resident_save', { id: null, fields, tags: null, anyway: true })
  const drop = await call('resident_save', {
    id: null,
    fields: { ...fields, note: '居委登记', relation: '租客' },
    tags: null,
    anyway: true,
  })
  await go(`/roster?q=${encodeURIComponent('诸葛并一')}&id=${keep.id}`)
  await page.locator('.dup .btn', { hasText: '合并' }).click()
  await page.locator('tr.differs', { hasText: '备注' }).getByRole('radio').last().check()
  await look('merge')
  await page.locator('.el-dialog .btn.main').click()
  await toast('已合并')
  const note = async () => (await call('resident_card', { id: keep.id })).fields
  assert.equal((await note()).note, '居委登记', 'the chosen value')
  await page.locator('.pane section', { hasText: '已合并的记录' }).getByRole('button', { name: '拆开' }).click()
  await page.locator('.pane section', { hasText: '已合并的记录' }).waitFor({ state: 'detached' })
  assert.deepEqual(
    [(await note()).note, (await note()).relation],
    ['门岗登记', null],
    'what was taken over is given back',
  )
  await call('resident_delete', { id: drop.id })
}

async function aRoundIsOpenedFromADroppedFile() {
  await go('/rounds')
  await page.waitForSelector('.round')
  const text = readFileSync(join(folder, 'sample/round-2.toml'), 'utf8')
  const dropped = await page.evaluateHandle((text) => {
    const data = new DataTransfer()
    data.items.add(new File([text], 'round-2.toml'))
    return data
  }, text)
  await page.dispatchEvent('.page', 'drop', { dataTransfer: dropped })
  await page.locator('.el-dialog').waitFor()
  assert.match(
    await page
      .locator('.el-dialog')
      .evaluate((dialog) => [...dialog.querySelectorAll('input')].map((input) => input.value).join('|')),
    /第2轮口罩预约登记购买/,
  )
  await look('round-from-file')
  await page.locator('.el-dialog .btn.main').click()
  await page.locator('.round', { hasText: '第2轮' }).waitFor()
  await page.locator('.round', { hasText: '第2轮' }).getByRole('button', { name: '修改轮次' }).click()
  await page.locator('.el-dialog .btn.main').waitFor()
  await page.keyboard.press('Escape')
}

async function theCounterLooksBeforeItWrites() {
  const { rounds } = await call('round_list', {})
  const round = rounds.find((one) => one.number === 1)
  const taken = await call('reservation_list', {
    round: round.id,
    stage: null,
    findings: null,
    building: null,
    query: null,
    page: { offset: 0, limit: 1 },
  })
  const { rows } = await call('resident_list', {
    query: taken.rows[0].name,
    tag: null,
    estate: null,
    building: null,
    only: null,
    page: { offset: 0, limit: 50 },
  })
  assert.ok(rows.length > 0)
  await go(`/rounds/${round.id}/counter`)
  await page.locator('.search .giant').waitFor()
  await page.keyboard.type(`${taken.rows[0].name} ${taken.rows[0].room.split('-').at(-1)}`)
  await page.locator('.hit').first().waitFor()
  await page.keyboard.press('Enter')
  await page.locator('.findings', { hasText: '限一份' }).waitFor()
  await look('counter-looks')
  const after = (await call('round_list', {})).rounds.find((one) => one.number === 1)
  assert.equal(after.total, round.total, 'looking wrote nothing')
  await page.keyboard.press('Control+Enter')
  await page.locator('.voucher').waitFor()
  const voucher = await page.locator('.voucher').textContent()
  await page.keyboard.press('Escape')
  await page.locator('.search .giant').waitFor()
  await page.keyboard.press('Control+k')
  await page.keyboard.type(voucher)
  await page.locator('.hits .hit', { hasText: voucher }).waitFor()
  await page.keyboard.press('Enter')
  await page.locator('.card .voucher', { hasText: voucher }).waitFor()
}

async function selectionAndPreview() {
  const { rounds } = await call('round_list', {})
  const round = rounds.find((one) => one.number === 1)
  await go(`/rounds/${round.id}?stage=pending`)
  await page.locator('.foot', { hasText: `${round.pending} 条` }).waitFor()
  await page.keyboard.press('Control+a')
  await page.locator('.foot', { hasText: `已选 ${round.pending} 条` }).waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Shift+ArrowDown')
  await page.locator('.foot', { hasText: '已选 2 条' }).waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Shift+A')
  await toast('已通过')
  await page.keyboard.press('e')
  for (const name of ['打开', '打开文件夹', '打印'])
    await page.locator('.toast').last().getByRole('button', { name, exact: true }).waitFor()
  await go(`/papers?kind=vouchers&round=${round.id}`)
  await page.locator('aside .btn.main').click()
  await page.locator('.print').waitFor({ timeout: 60_000 })
  const pages = Number((await page.locator('.print').textContent()).match(/共 (\d+) 页/)[1])
  assert.ok(pages > 3)
  await page
    .locator('.thumbs canvas')
    .nth(pages - 1)
    .waitFor()
  assert.equal(await page.locator('.thumbs canvas').count(), pages, 'a thumbnail for every page')
  await page.locator('.thumbs button').last().click()
  await page.waitForFunction(() => [...document.querySelectorAll('canvas.sheet')].at(-1)?.width > 400)
  await look('preview')
}

/** A list in which Excel has damaged a number far below what is first seen of it. */
function damagedSheet() {
  const people = Array.from(
    { length: 400 },
    (_, row) =>
      `张伟,${row === 380 ? '3.10199E+17' : ''},1920${String(1_000_000 + row)},齐河路338弄,${1 + (row % 20)}号,${101 + (row % 3)}`,
  )
  const path = join(folder, 'damaged.csv')
  writeFileSync(path, ['姓名,身份证号,手机号码,小区,楼栋,室号', ...people].join('\r\n'))
  return path
}

async function theImportMarksCellsAndCanBeTakenBackLater() {
  await go('/roster/import')
  await page.setInputFiles('input[type=file]', damagedSheet())
  await page.waitForSelector('table')
  assert.equal(await page.locator('td.error').count(), 0, 'the bad cell is not among the rows seen first')
  await page.keyboard.press('w')
  await page.locator('td.error small').first().waitFor()
  assert.equal(await page.locator('tbody tr').count(), 1, 'only the row with the problem')
  assert.equal(await page.locator('tbody tr td').first().textContent(), '382', 'by its number in the sheet')
  await look('import-problems')
  await page.locator('.btn.main').click()
  await page.locator('.result').waitFor({ timeout: 60_000 })
  await go('/today')
  await page.waitForSelector('.today')
  await go('/roster/import')
  const newest = page.locator('.past li').first()
  // So many at once are asked about first, and what was taken back can be brought back.
  await newest.getByRole('button', { name: /^撤销（\d+ 人）…/ }).click()
  await look('import-undo')
  await page.locator('[data-yes]').click()
  await toast('已撤销')
  await newest.getByText('已撤销').waitFor()
  await page.keyboard.press('Control+Shift+Z')
  await toast('已恢复')
  await newest.getByRole('button', { name: /^撤销（/ }).waitFor()
}

/** A home as lists write it and as it is spoken, in the box for everything, at the counter and over the list. */
async function aHomeIsFoundHoweverItIsTyped() {
  const { rounds } = await call('round_list', {})
  const round = rounds.find((one) => one.number === 1)
  for (const typed of ['12-501', '12号501', '12栋501', '12楼501', '１２号５０１']) {
    const found = await call('roster_find', { query: typed, limit: 20 })
    assert.ok(found.residents.length > 0, typed)
    for (const row of found.residents) assert.match(row.address, /(^|\D)12号501室/, typed)
    assert.match(found.households[0].address, /(^|\D)12号501室/, typed)
  }
  const first = (await call('roster_find', { query: '501', limit: 1 })).residents[0]
  assert.match(first.address, /501室$/, 'the room before whose number ends so')
  await go(`/rounds/${round.id}/counter`)
  await page.locator('.search .giant').waitFor()
  await page.keyboard.type('12-501')
  await page.locator('.hit', { hasText: '12号501室' }).first().waitFor()
  await page.keyboard.press('Escape')
}

/** All that a workbook says, in order: the texts of its parts, unpacked by the list at its end. */
function saysOf(path) {
  const file = readFileSync(path)
  const texts = []
  for (let at = file.readUInt32LE(file.length - 22 + 16); file.readUInt32LE(at) === 0x02014b50;) {
    const [name, extra, remark] = [28, 30, 32].map((place) => file.readUInt16LE(at + place))
    const from = file.readUInt32LE(at + 42)
    const begins = from + 30 + file.readUInt16LE(from + 26) + file.readUInt16LE(from + 28)
    const packed = file.subarray(begins, begins + file.readUInt32LE(at + 20))
    texts.push((file.readUInt16LE(at + 10) ? inflateRawSync(packed) : packed).toString())
    at += 46 + name + extra + remark
  }
  return texts.join('\n').replace(/<[^>]+>/g, '|')
}

/** Who was not reached: seen in both lists, whatever else there is to show, and not as told in the exports. */
async function whoWasNotReachedStaysSo() {
  const { rounds } = await call('round_list', {})
  const round = rounds.find((one) => one.number === 1)
  const list = (stage) =>
    call('reservation_list', {
      round: round.id,
      stage,
      findings: null,
      building: null,
      query: null,
      page: { offset: 0, limit: 50 },
    })
  await call('pass_clear', { round: round.id })
  const { rows } = await list('to_notify')
  assert.ok(rows.length > 1)
  const [first] = rows
  await call('notify', { ids: [first.id], channel: 'phone', outcome: 'no_answer', note: null })
  await go('/today')
  await page.waitForSelector('.today')
  await go(`/rounds/${round.id}?stage=to_notify`)
  await page
    .locator('.row', { hasText: first.name })
    .first()
    .getByText(/^未接通 \d\d-\d\d \d\d:\d\d/)
    .waitFor()
  await look('not-reached')
  for (const [which, times] of [
    ['all', 1],
    ['to_notify', 2],
  ]) {
    const exported = await call('round_export', { round: round.id, which, path: null })
    const says = saysOf(exported.path)
    assert.equal(says.match(/未接通 20\d\d-\d\d-\d\d \d\d:\d\d/g)?.length, times, which)
    assert.match(says, /\|电话（未接通 20[^|]*）\|/, which)
    assert.doesNotMatch(says, /\|电话\|/, `nobody was told: ${which}`)
  }
  const saved = await call('resident_save', {
    id: null,
    fields: { name: '有备注的人', note: '腿脚不便，送上门' },
    tags: null,
    anyway: true,
  })
  const roster = saysOf((await call('roster_export', { path: null })).path)
  await call('resident_delete', { ids: [saved.id] })
  assert.match(roster, /\|备注\|/)
  assert.match(roster, /\|腿脚不便，送上门\|/)
  await go(`/rounds/${round.id}/call`)
  await page
    .locator('.row', { hasText: first.name })
    .first()
    .getByText(/^未接通 \d\d-\d\d/)
    .waitFor()
}

/** A notice is written without leaving the keyboard, and nothing lies over what is written. */
async function aNoticeIsPreviewedByKeys() {
  await go('/papers?kind=notice')
  const title = page.locator('[name=notice-title]')
  const text = page.locator('[name=notice-text]')
  await title.fill('停水通知')
  await text.fill(Array.from({ length: 30 }, (_, line) => `第${line + 1}行`).join('\n'))
  const button = page.locator('.chosen footer .btn.main')
  await button.locator('kbd', { hasText: 'Ctrl+Enter' }).waitFor()
  const [over, choices] = [await button.boundingBox(), await page.locator('.choices').boundingBox()]
  assert.ok(over.y >= choices.y + choices.height - 1, 'the button has a place of its own')
  await look('notice-button')
  const keys = [
    [title, 'Enter'],
    [text, 'Control+Enter'],
  ]
  for (const [box, key] of keys) {
    await go('/today')
    await page.waitForSelector('.today')
    await go('/papers?kind=notice')
    await page.waitForFunction(() => document.querySelector('[name=notice-text]')?.value.includes('第30行'))
    await box.focus()
    await page.keyboard.press(key)
    await page.locator('canvas.sheet').first().waitFor({ timeout: 60_000 })
  }
  assert.match(await text.inputValue(), /第30行$/, 'no line was begun')
}

/** Twice the size on a small screen: what is worked with is there, and nothing is wider than the window. */
async function aSmallWindowHasWhatIsWorkedWith() {
  const { rounds } = await call('round_list', {})
  const round = rounds.find((one) => one.number === 1)
  await page.setViewportSize({ width: 683, height: 384 })
  await go(`/rounds/${round.id}/call`)
  await page.waitForFunction(() => /^\d+$/.test(document.querySelector('[data-phone]')?.textContent.trim() ?? ''))
  const inside = async (locator, what) => {
    const box = await locator.boundingBox()
    assert.ok(box && box.x >= 0 && box.y >= 0 && box.x + box.width <= 684 && box.y + box.height <= 385, what)
  }
  await inside(page.locator('[data-phone]'), 'the number to dial')
  await look('small-call')
  await page.keyboard.press('ArrowDown')
  await page.waitForFunction(() => /^\d+$/.test(document.querySelector('[data-phone]')?.textContent.trim() ?? ''))
  await inside(page.locator('[data-phone]'), 'the next number to dial')
  await inside(page.locator('.call .name'), 'who it is')
  await go('/rounds')
  const title = page.locator('.head h1')
  await title.waitFor()
  assert.ok((await title.boundingBox()).height < 40, 'a title in one line')
  await look('small-rounds')
  await page.keyboard.press('o')
  const dialog = page.locator('.el-dialog:visible')
  await dialog.locator('input').first().waitFor()
  await page.waitForTimeout(400)
  const box = await dialog.boundingBox()
  assert.ok(box.x >= 0 && box.x + box.width <= 683, 'the dialog is in the window')
  assert.equal(await dialog.evaluate((at) => at.scrollWidth > at.clientWidth), false, 'and so is what is in it')
  await look('small-open-round')
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await page.setViewportSize({ width: 1366, height: 768 })
}

async function motionTypeAndKeys() {
  await go('/settings')
  await page.getByText('界面动画').click()
  await page.waitForFunction(() => document.documentElement.classList.contains('still'))
  await page.getByRole('button', { name: '特大' }).click()
  await page.waitForFunction(() => getComputedStyle(document.body).fontSize === '18px')
  await go('/today')
  await page.waitForSelector('.today li')
  const words = page.locator('.today li .grow').filter({ hasText: '导入' }).first()
  assert.ok((await words.boundingBox()).width > 150, 'what happened is read in one piece')
  await look('largest-today')
  await go('/settings')
  await page.getByRole('button', { name: '标准' }).click()
  await page.keyboard.press('?')
  await page.locator('.el-dialog', { hasText: '随处可用' }).waitFor()
  await page.keyboard.press('Escape')
}

/** What the page asks of the program, but for the questions that it asks by the clock. */
function questions() {
  const asked = []
  const hear = (request) => {
    const name = request.url().split('/api/call/')[1]
    if (name && !['changes_since', 'exchange_state'].includes(name)) asked.push(`${name} ${request.postData()}`)
  }
  page.on('request', hear)
  return { asked, end: () => page.off('request', hear) }
}
const named = (name) => (question) => question.startsWith(`${name} `)

async function whoComesBackSeesItAtOnce() {
  await go('/roster')
  await page.locator('h1', { hasText: '居民台账' }).waitFor()
  await page.locator('.line').first().waitFor()
  await go('/settings')
  const { committee } = await call('app_status', {})
  await page.waitForFunction(
    (name) => [...document.querySelectorAll('input')].some((one) => one.value === name),
    committee,
  )
  const { asked, end } = questions()
  await go('/roster')
  await page.locator('h1', { hasText: '居民台账' }).waitFor()
  await page.locator('.line').first().waitFor()
  await page.waitForResponse('**/changes_since')
  end()
  assert.deepEqual(asked.filter(named('resident_list')), [], 'nothing has changed, so nobody is asked')
}

async function oneChangeAsksEachQuestionOnce() {
  const { rounds } = await call('round_list', {})
  await go(`/rounds/${rounds.find((one) => one.pending > 20).id}?stage=pending`)
  await page.locator('.row.on').waitFor()
  await page.locator('.pane').waitFor()
  await page.waitForResponse('**/changes_since')
  const { asked, end } = questions()
  await page.keyboard.press('a')
  await toast('已通过')
  for (let poll = 0; poll < 2; poll++) await page.waitForResponse('**/changes_since')
  end()
  assert.equal(asked.filter(named('review')).length, 1)
  assert.equal(asked.filter(named('reservation_list')).length, 1, 'the list is asked for anew, once')
  // The card of the next one is asked for when the cursor goes there, and when what was decided is written.
  const twice = asked.filter((one, place) => asked.indexOf(one) !== place && !named('reservation_card')(one))
  assert.deepEqual(twice, [], 'nothing is asked twice for one change')
}

async function aRoundThatIsNotThereSaysSo() {
  for (const below of ['', '/call', '/counter', '/collect', '/import']) {
    const asked = page.waitForResponse('**/round_show')
    await go(`/rounds/xyz${below}`)
    await asked
    await page.waitForFunction(() => {
      const said = document.querySelector('main [role=alert]')?.textContent?.includes('找不到这条轮次')
      return said && !document.querySelector('.outs, .foot, main input')
    })
  }
  await look('no-such-round')
  await page.locator('[role=alert] a', { hasText: '轮次' }).click()
  await page.locator('.round').first().waitFor()
}

/** Chosen before there is data, the language is kept as soon as there is some. */
async function theFirstLanguageIsKept() {
  await page.getByRole('button', { name: 'English' }).focus()
  await page.keyboard.press('Enter')
  await page.getByText('Try it first').waitFor()
  await startWithSample(page)
  const settings = await call('settings', {})
  assert.equal(settings.language, 'en')
  await call('settings_save', { ...settings, language: 'zh-CN' })
  await page.reload()
  await page.locator('.frame').waitFor()
}

const steps = [
  theFirstLanguageIsKept,
  aLongListEndsWhereItEnds,
  aLongListEndsWhereItEnds,
  filtersAreInTheAddressAndUnderAName,
  theBoardByKeys,
  searchFindsHousesAndVouchers,
  aMergeIsChosenAndTakenApart,
  aRoundIsOpenedFromADroppedFile,
  aRoundThatIsNotThereSaysSo,
  theCounterLooksBeforeItWrites,
  selectionAndPreview,
  theImportMarksCellsAndCanBeTakenBackLater,
  aHomeIsFoundHoweverItIsTyped,
  whoWasNotReachedStaysSo,
  aNoticeIsPreviewedByKeys,
  whoComesBackSeesItAtOnce,
  oneChangeAsksEachQuestionOnce,
  aSmallWindowHasWhatIsWorkedWith,
  motionTypeAndKeys,
]
try {
  await page.goto(address)
  for (const step of steps) {
    await step()
    console.log(`screens: ${step.name} ok`)
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
