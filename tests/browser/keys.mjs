// Keys, where a clerk's hands are quicker than a program: what the input method takes is no key of the page's; Enter alone
// serves everybody at the counter; single keys wait in line, each for the row it was pressed for. Pictures are left in
// test-output/keys.
import assert from 'node:assert/strict'
import { open, startWithSample } from './host.mjs'

const { page, wrong, address, look, go, call, close } = await open('keys')
const cdp = await page.context().newCDPSession(page)
const toast = (text) => page.locator('.toast', { hasText: text }).last().waitFor()
/** Whatever the page would do wrongly has been done by then. */
const settled = () => page.waitForTimeout(400)
const allOf = (round, stage, limit = 20) =>
  call('reservation_list', { round, stage, findings: null, building: null, query: null, page: { offset: 0, limit } })
const stageOf = async (id) => (await call('reservation_card', { id })).row.stage

/** A key that the input method takes, as browsers give it: while letters are composed, or with key code 229 alone. */
const TAKEN = {
  async composing(key, code) {
    await cdp.send('Input.imeSetComposition', { text: 'x', selectionStart: 1, selectionEnd: 1 })
    await cdp.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key, code, windowsVirtualKeyCode: 229 })
    await settled()
    await cdp.send('Input.imeSetComposition', { text: '', selectionStart: 0, selectionEnd: 0 })
  },
  async alone(key) {
    await page.evaluate(
      (key) =>
        document.activeElement.dispatchEvent(
          new KeyboardEvent('keydown', { key, code: key, keyCode: 229, bubbles: true, cancelable: true }),
        ),
      key,
    )
    await settled()
  },
}

async function openQueue() {
  await go('/rounds')
  await page.locator('.round a.btn.main').last().click()
  await page.waitForSelector('.line')
}

/** Every place where a key does something to what is being typed. */
async function theInputMethodKeepsItsKeys() {
  for (const take of Object.values(TAKEN)) {
    await openQueue()
    await page.keyboard.press('r')
    const dialog = page.locator('.el-dialog')
    await dialog.locator('input').click()
    await take('2', 'Digit2')
    await take('Escape', 'Escape')
    assert.ok(await dialog.isVisible(), 'neither candidate 2 nor Esc is for the dialog')
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })

    await page.keyboard.press('c')
    await page.locator('.search .giant').fill('王')
    await page.locator('.hit').first().waitFor()
    await take('Enter', 'Enter')
    assert.equal(await page.locator('.person').count(), 0, 'nobody is chosen by what commits letters')
    await page.keyboard.press('Escape')
    await page.locator('.search .giant').waitFor()
    await page.keyboard.press('Control+n')
    const name = page.locator('.person input').first()
    await name.fill('欧阳小禾')
    await take('Escape', 'Escape')
    await take('Enter', 'Enter')
    assert.equal(await name.inputValue(), '欧阳小禾', 'the form is neither emptied nor sent')
    assert.equal(await page.locator('.findings').count(), 0)

    await go('/roster')
    await page.waitForSelector('.line')
    await page.locator('.line').first().click()
    const remark = page.locator('.card .pane section input').last()
    await remark.fill('家属已通知，')
    await take('Enter', 'Enter')
    assert.equal(await remark.inputValue(), '家属已通知，', 'half a remark is not saved')

    await page.keyboard.press('Control+k')
    await page.locator('.find').fill('王')
    await page.locator('.hits .hit').first().waitFor()
    const here = await page.evaluate(() => location.hash)
    await take('Enter', 'Enter')
    assert.equal(await page.evaluate(() => location.hash), here, 'the search goes nowhere')
    await page.keyboard.press('Escape')
  }
}

/** Opens a round that takes registrations now, with one or two places to collect. */
async function round(number, points) {
  const definition = {
    campaign: '按键',
    number,
    title: `第${number}轮按键`,
    key: 'person',
    quota: 500,
    max_quantity: 5,
    opens: '2020-01-01T08:00',
    closes: '2999-01-01T20:00',
    pick_up: ['东门', '西门'].slice(0, points).map((name) => ({ name })),
  }
  await call('round_open', { id: null, definition })
  const { rounds } = await call('round_list', {})
  return rounds.find((one) => one.campaign === '按键' && one.number === number).id
}
async function someone(offset) {
  const nothing = { query: null, tag: null, estate: null, building: null, only: null }
  const { rows } = await call('resident_list', { ...nothing, page: { offset, limit: 1 } })
  return rows[0]
}
/** Enter, again and again as each answer is there, until somebody is served. */
async function byEnterAlone() {
  for (let pressed = 0; pressed < 8 && !(await page.locator('.result').count()); pressed++) {
    await page.keyboard.press('Enter')
    await settled()
  }
  await page.locator('.voucher').waitFor()
}

async function enterAloneServesEverybody() {
  for (const points of [1, 2]) {
    const id = await round(points, points)
    await go(`/rounds/${id}/counter`)
    await page.locator('.search .giant').waitFor()
    const known = await someone(points)
    await page.keyboard.type(`${known.name} ${(known.address ?? '').match(/\d+(?=室)/)?.[0] ?? ''}`)
    await page.locator('.hit').first().waitFor()
    await page.keyboard.press('Enter')
    await page.locator('.amount .giant').waitFor()
    await page.locator('.person .fits, .person .findings').waitFor()
    await byEnterAlone()
    await page.keyboard.press('Enter')
    await page.locator('.search .giant').waitFor()

    await page.keyboard.type('公孙大娘')
    await page.keyboard.press('Control+n')
    await page.locator('.person input').first().waitFor()
    await page.keyboard.press('Enter')
    await page.locator('.findings', { hasText: '查无此人' }).waitFor()
    assert.equal((await allOf(id, null)).total, 1, 'nobody is registered unseen')
    if (points === 2) await look('counter-stranger')
    await page.keyboard.type('11010519491231002X')
    await page.keyboard.press('Enter')
    await page.keyboard.type('13800005678')
    await byEnterAlone()
    assert.equal((await allOf(id, null)).total, 2)
    await page.keyboard.press('Escape')
  }
}

/** The one just served by mistake: corrected as far as it may be, taken back, and served rightly. */
async function theLastOneIsCorrectedAndTakenBack() {
  const id = await round(3, 2)
  await go(`/rounds/${id}/counter`)
  await page.locator('.search .giant').waitFor()
  const { name } = await someone(9)
  await page.keyboard.type(name)
  await page.locator('.hit').first().waitFor()
  await page.keyboard.press('Enter')
  const amount = page.locator('.amount .giant')
  await amount.waitFor()
  // Over the limit: seen before it is written, even where something else was seen before.
  await amount.fill('50')
  await page.keyboard.press('Control+Enter')
  await page.locator('.findings', { hasText: '预约 50 份，超过每份上限 5' }).waitFor()
  assert.equal((await allOf(id, null)).total, 0, 'not registered unseen')
  await amount.fill('2')
  await page.locator('.findings', { hasText: '预约 50 份' }).waitFor({ state: 'detached' })
  await amount.focus()
  await byEnterAlone()
  const voucher = await page.locator('.voucher').textContent()
  await page.keyboard.press('F2')
  const dialog = page.locator('.el-dialog:visible')
  await dialog.locator('input[name=quantity]').waitFor()
  assert.ok(await dialog.locator('input[name=quantity]').isDisabled(), 'the voucher says two')
  await page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'name')
  await look('counter-correct')
  await dialog.locator('input[name=note]').fill('代领')
  await page.keyboard.press('Enter')
  await toast('已改好')
  await page.keyboard.press('Enter')
  await page.locator('.search .giant').waitFor()
  await page.keyboard.press('Control+b')
  await page.locator('.result').waitFor()
  await look('counter-result')
  await page.keyboard.press('Delete')
  await page.locator('.el-dialog [data-cancel]').waitFor()
  await settled()
  await look('counter-withdraw')
  await page.keyboard.press('Enter')
  await page.locator('.el-dialog:visible').waitFor({ state: 'detached' })
  assert.notEqual((await allOf(id, null)).rows[0].stage, 'rejected', 'no reason waits under Enter')
  await page.locator('.result').waitFor()
  await page.keyboard.press('Delete')
  await page.keyboard.press('3')
  await toast(`凭证 ${voucher} 作废`)
  const [taken] = (await allOf(id, null)).rows
  assert.equal(taken.stage, 'rejected')
  await emptySearch()
  assert.match(await hash(), /counter$/, 'neither the same person again, nor the list')
}
const hash = () => page.evaluate(() => location.hash)
async function emptySearch() {
  await page.waitForFunction(() => document.activeElement?.closest('.search') !== null)
  assert.deepEqual(
    [await page.locator('.search .giant').inputValue(), await page.locator('.person, .result').count()],
    ['', 0],
  )
}

/** Serves somebody of the roster: the card with the number stands there. */
async function serve(offset) {
  const { name } = await someone(offset)
  await page.locator('.search .giant').waitFor()
  await page.keyboard.type(name)
  await page.locator('.hit').first().waitFor()
  await page.keyboard.press('Enter')
  await page.locator('.amount .giant').waitFor()
  await page.locator('.person .fits, .person .findings').waitFor()
}

/** The place to collect is chosen by keys; the Enter after that is the form's. */
async function enterOnAChosenPlaceRegisters() {
  const id = await round(5, 2)
  await go(`/rounds/${id}/counter`)
  await serve(21)
  await page.keyboard.type('2')
  await page.keyboard.press('Tab')
  const place = page.locator('.amounts [role=combobox]')
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'Enter']) {
    await page.keyboard.press(key)
    await settled()
  }
  assert.equal(await place.getAttribute('aria-expanded'), 'false')
  const chosen = await page.locator('.amounts .el-select__selected-item').last().textContent()
  assert.match(chosen, /门/, 'a place is chosen')
  assert.equal(await page.locator('.result').count(), 0, "the Enter that chose it was the list's")
  await byEnterAlone()
  const card = await call('reservation_card', { id: (await allOf(id, null)).rows[0].id })
  assert.ok(chosen.includes(card.pick_up), `${card.pick_up}: ${chosen}`)
  assert.equal(await place.count(), 0)
}

/** On the card of who was served, letters are the next one's name. */
async function lettersBeginTheNextPerson() {
  const id = await round(6, 1)
  await go(`/rounds/${id}/counter`)
  await serve(22)
  await byEnterAlone()
  await settled()
  await page.keyboard.type('xpm')
  assert.equal(await page.locator('.search .giant').inputValue(), 'xpm')
  assert.deepEqual([await page.locator('.result').count(), await page.locator('.el-dialog:visible').count()], [0, 0])
  await page.keyboard.press('Control+b')
  await page.locator('.result').waitFor()
  await settled()
  // As an input method writes: letters first, then what they stand for.
  await cdp.send('Input.imeSetComposition', { text: 'wang', selectionStart: 4, selectionEnd: 4 })
  await page.locator('.result').waitFor({ state: 'detached' })
  await cdp.send('Input.insertText', { text: '王' })
  assert.equal(await page.locator('.search .giant').inputValue(), '王')
  await page.locator('.hit').first().waitFor()
  assert.equal((await allOf(id, null)).rows.filter((row) => row.stage === 'rejected').length, 0)
  // Wherever the focus was.
  await page.keyboard.press('Control+b')
  await page.locator('.result').waitFor()
  await page.locator('.result .big').click()
  await page.keyboard.type('li')
  assert.equal(await page.locator('.search .giant').inputValue(), 'li')
}

/** A message, a dialog, the page: each has an Esc of its own. */
async function oneEscIsForOneLayer() {
  const id = await round(7, 1)
  await go(`/rounds/${id}/counter`)
  await page.locator('.search .giant').waitFor()
  await page.keyboard.press('Control+n')
  const name = page.locator('.person input').first()
  await name.fill('欧阳小禾')
  const number = page.locator('.person input').nth(1)
  await number.fill('110105194912310021')
  await page.keyboard.press('Enter')
  await page.locator('.person .amount .giant').focus()
  await page.keyboard.press('Enter')
  const problem = page.locator('.toast.bad', { hasText: '证件号码' })
  await problem.waitFor()
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-invalid') === 'true')
  assert.equal(await page.evaluate(() => document.activeElement.value), '110105194912310021', 'the wrong field')
  await look('counter-wrong-number')
  await page.keyboard.press('Escape')
  await problem.waitFor({ state: 'detached' })
  assert.equal(await name.inputValue(), '欧阳小禾', 'what was typed is still there')
  // What is mended takes its message with it.
  await page.keyboard.press('Control+Enter')
  await page.locator('.person .amount .giant').focus()
  await page.keyboard.press('Enter')
  await problem.waitFor()
  await number.fill('11010519491231002X')
  await number.press('Enter')
  await problem.waitFor({ state: 'detached' })
  await page.keyboard.press('Escape')
  await emptySearch()

  await serve(23)
  await byEnterAlone()
  await page.keyboard.press('F2')
  await page.locator('.el-dialog input[name=note]').waitFor()
  await settled()
  await page.keyboard.press('Escape')
  await page.locator('.el-dialog:visible').waitFor({ state: 'detached' })
  await settled()
  assert.equal(await page.locator('.result').count(), 1, 'the card is another layer')
  await page.keyboard.press('Escape')
  await emptySearch()
}

/** A number as an input method writes it; a wrong one stays to be compared; the last one is taken back by its key. */
async function handingOutByKeys() {
  const { rounds } = await call('round_list', {})
  const { id } = rounds.find((one) => one.campaign === '按键' && one.number === 7)
  const [{ voucher }] = (await allOf(id, null)).rows
  await go(`/rounds/${id}/collect`)
  const box = page.locator('.collect .giant')
  await box.waitFor()
  const wrong = voucher.slice(0, -1) + ((Number(voucher.at(-1)) + 1) % 10)
  await page.keyboard.type(wrong)
  await page.keyboard.press('Enter')
  await page.locator('.answer.bad').waitFor()
  await settled()
  assert.equal(await box.inputValue(), wrong, 'the wrong number can be compared')
  await look('collect-wrong')
  const wide = [...voucher].map((c) => (c === '-' ? '－' : String.fromCharCode(c.charCodeAt(0) + 0xfee0))).join('')
  await page.keyboard.insertText(wide)
  assert.equal(await box.inputValue(), wide, 'what is typed takes its place')
  await page.keyboard.press('Enter')
  await page.locator('.answer.ok', { hasText: '已领取' }).waitFor()
  assert.equal(await box.inputValue(), '')
  await page.keyboard.press('Control+z')
  await toast('已撤销')
  assert.notEqual((await allOf(id, null)).rows[0].stage, 'collected')
  assert.equal(await page.locator('.answer').count(), 0)
}

/** Holds a command up, as a slow PC with many reservations does; `fail` says which of its calls is refused. */
async function slowly(name, wait, fail = () => false) {
  let calls = 0
  const path = `**/api/call/${name}`
  await page.route(path, async (route) => {
    const mine = calls++
    await new Promise((resolve) => setTimeout(resolve, wait))
    if (fail(mine)) await route.fulfill({ status: 500, contentType: 'application/json', body: REFUSED })
    else await route.fallback()
  })
  return () => page.unroute(path)
}
const REFUSED = JSON.stringify({ catalogue: 'refusals', code: 'data_busy', values: {}, text: '数据正忙', retry: true })

async function fiveKeysAreForFiveRows() {
  const { rounds } = await call('round_list', {})
  const { id } = rounds.find((one) => one.pending > 20)
  await go(`/rounds/${id}?stage=pending`)
  await page.locator('.row.on').waitFor()
  const before = (await allOf(id, 'pending')).rows
  const free = await slowly('review', 500)
  for (const key of ['a', 'a', 'a', 'a', 'a']) await page.keyboard.press(key)
  await page.locator('[data-waiting]', { hasText: '还有 4 个按键在排队' }).waitFor()
  await look('keys-waiting')
  await page.keyboard.press('r')
  await page.keyboard.press('4')
  await page
    .locator('[data-waiting]', { hasText: /还有 \d 个按键在排队/ })
    .waitFor({ state: 'detached', timeout: 20_000 })
  await toast(`已记不通过 ${before[5].name}`)
  await page.locator('.row.on .who', { hasText: before[6].name }).waitFor()
  const stages = await Promise.all(before.slice(0, 7).map((row) => stageOf(row.id)))
  assert.deepEqual(
    stages,
    [...Array(5).fill('to_notify'), 'rejected', 'pending'],
    'each key for the row it was meant for',
  )
  await free()
  // Undo is a key like the others: it comes after what was pressed before it.
  await page.keyboard.press('a')
  await page.keyboard.press('Control+z')
  await toast('已撤销')
  assert.equal(await stageOf(before[6].id), 'pending')
}

async function whatFailsDropsWhatIsBehindIt() {
  const { rounds } = await call('round_list', {})
  const { id } = rounds.find((one) => one.pending > 20)
  await go('/today')
  await go(`/rounds/${id}?stage=pending`)
  await page.locator('.row.on').waitFor()
  const before = (await allOf(id, 'pending')).rows
  const free = await slowly('review', 300, (at) => at === 1)
  for (const key of ['a', 'a', 'a', 'a']) await page.keyboard.press(key)
  await toast('后面 2 个按键没有执行')
  await free()
  await page.locator('.row.on .who', { hasText: before[1].name }).waitFor()
  const stages = await Promise.all(before.slice(0, 4).map((row) => stageOf(row.id)))
  assert.deepEqual(stages, ['to_notify', 'pending', 'pending', 'pending'])
}

async function anAmountOverTheLimitIsSeenFirst() {
  const id = await round(4, 1)
  const { id: resident } = await someone(12)
  const request = { round: id, resident, person: null, quantity: 50, pick_up: null, note: null }
  await call('register', { ...request, anyway: true, finish: false })
  await go(`/rounds/${id}?stage=pending`)
  await page.locator('.row.on').waitFor()
  await page.keyboard.press('a')
  await page.locator('.el-dialog', { hasText: '预约 50 份' }).waitFor()
  await look('over-limit')
  await page.keyboard.press('1')
  await toast('已通过')
  assert.equal((await allOf(id, 'to_notify')).rows[0].quantity, 5)
}

/** The number is there where it is dialled; one key says what came of the call. */
async function callingOneByOne() {
  const { rounds } = await call('round_list', {})
  const { id } = rounds.find((one) => one.to_notify > 4)
  await go(`/rounds/${id}?stage=to_notify`)
  await page.locator('.row.on').waitFor()
  const [first, second, third] = (await allOf(id, 'to_notify')).rows
  const shown = (row) => call('reservation_card', { id: row.id }).then((card) => JSON.stringify(card.timeline))
  await page.keyboard.press('s')
  await page.locator('.card .pane', { hasText: '查看了完整证件号码和电话' }).waitFor()
  await page.keyboard.press('n')
  await page.locator('.el-dialog [data-phone]').waitFor()
  assert.match(await page.locator('.el-dialog [data-phone]').textContent(), /^\d+$/)
  await look('notify-number')
  await page.keyboard.press('1')
  await toast(`已记录通知到 ${first.name}`)
  assert.equal(await stageOf(first.id), 'notified')
  await page.keyboard.press('t')
  await page.locator('.call .name', { hasText: second.name }).waitFor()
  await page.waitForFunction(() => /^\d+$/.test(document.querySelector('[data-phone]')?.textContent.trim() ?? ''))
  await look('call-list')
  await page.keyboard.press('2')
  await page.locator('.call .name', { hasText: third.name }).waitFor()
  await page.keyboard.press('1')
  await toast(`已记录通知到 ${third.name}`)
  assert.deepEqual([await stageOf(second.id), await stageOf(third.id)], ['to_notify', 'notified'])
  assert.match(await shown(second), /未接通.*查看了完整证件号码和电话/, 'the call and the showing are kept')
}

const steps = [
  theInputMethodKeepsItsKeys,
  enterAloneServesEverybody,
  theLastOneIsCorrectedAndTakenBack,
  enterOnAChosenPlaceRegisters,
  lettersBeginTheNextPerson,
  oneEscIsForOneLayer,
  handingOutByKeys,
  fiveKeysAreForFiveRows,
  whatFailsDropsWhatIsBehindIt,
  anAmountOverTheLimitIsSeenFirst,
  callingOneByOne,
]
try {
  await page.goto(address)
  await startWithSample(page)
  for (const step of steps) {
    await step()
    console.log(`keys: ${step.name} ok`)
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
