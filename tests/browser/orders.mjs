// Orders by keys, on the real program: entered at the counter, signed for in one go, contacted first with at most three keys,
// a consultation answered from an approved wording and closed with three; one order from signing to closing without the
// mouse; narrowed, exported, kept over a reload. Pictures are left in test-output/orders.
import assert from 'node:assert/strict'
import { open, startWithSample } from './host.mjs'

const { page, wrong, address, look, go, call, close } = await open('orders')
/** The most keys for the first contact, and for answering a consultation and closing it. */
const MOST = { contact: 3, answer: 3 }
/** Orders that are entered behind the screens. */
const MANY = 60
const QUESTION = '核酸报告几点出'
const WORDING = '一般次日早上八点前，可在随申办“核酸检测报告”里查询。'
const nothing = { stage: null, list: null, day: null, category: null, urgency: null, assignee: null, building: null }
const listOf = (narrowed) =>
  call('order_list', { ...nothing, query: null, page: { offset: 0, limit: 200 }, ...narrowed })
const cardOf = (id) => call('order_card', { id })
const turnOf = async (id) => (await cardOf(id)).turns.at(-1)
const toast = (text) => page.locator('.toast', { hasText: text }).last().waitFor()
const foot = (text) => page.locator('.foot', { hasText: text }).waitFor()
const dialog = (text) => page.locator('.el-dialog', { hasText: text }).waitFor()
const underCursor = (title) => page.locator('.pane h1', { hasText: title }).waitFor()
/** Presses keys, at most so many. */
async function press(most, keys) {
  assert.ok(keys.length <= most, `${keys.join(' ')}: at most ${most} keys`)
  for (const key of keys) await page.keyboard.press(key)
}
/** Opens the orders anew, narrowed. */
async function openOrders(query = '') {
  await go('/today')
  await page.waitForSelector('.today')
  await go(`/orders${query}`)
  await page.locator('.row.on').waitFor()
  await page.locator('.pane').waitFor()
}
/** Opens the list with one order under the cursor. */
async function openOrder({ id, title, stage }) {
  await openOrders(`?stage=${stage}&id=${id}`)
  await underCursor(title)
}
const enter = (order) =>
  call('order_add', {
    title: '楼道堆放杂物',
    body: null,
    name: null,
    phone: null,
    address: null,
    category: null,
    urgency: 'ordinary',
    resident: null,
    ...order,
  })

async function oneIsEnteredAtTheCounter() {
  await go('/orders')
  await page.locator('.empty', { hasText: '还没有工单' }).waitFor()
  await look('none')
  const of = { query: null, tag: null, estate: null, building: null, only: null, page: { offset: 0, limit: 1 } }
  const [person] = (await call('resident_list', of)).rows
  await page.keyboard.press('n')
  await page.locator('.el-dialog input[name=person]:focus').waitFor()
  await page.keyboard.type(`${person.name} ${person.room}`)
  await page.locator('.el-dialog .member.on', { hasText: person.name }).waitFor()
  await page.keyboard.press('Enter')
  await page.locator('.el-dialog .known').waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.type('楼上漏水')
  await look('new')
  await page.keyboard.press('Control+Enter')
  await toast('已登记：楼上漏水')
  const [order] = (await listOf({})).rows
  assert.deepEqual([order.title, order.name, order.resident], ['楼上漏水', person.name, person.id])
  await underCursor('楼上漏水')
}

/** Varied ones: kinds, urgencies, people of the roster and strangers, two of one home about one thing. */
async function manyComeIn() {
  const of = { query: null, tag: null, estate: null, building: null, only: null, page: { offset: 0, limit: MANY } }
  const { rows: people } = await call('resident_list', of)
  const kinds = ['咨询', '环境卫生', '噪声扰民', '房屋维修', null, '买菜买药']
  const titles = [QUESTION, '楼道堆放杂物多次没有清理', '楼上半夜装修', '水管爆了', '门口路灯不亮', '独居老人配药']
  for (let place = 0; place < MANY; place++) {
    const urgency = place % 20 === 3 ? 'urgent' : place % 7 === 2 ? 'pressing' : 'ordinary'
    const title = `${titles[place % titles.length]}（${place}）`
    const stranger = { name: '欧阳路人', phone: '13999990000', address: '齐河路338弄12号501室' }
    const who = place % 10 === 9 ? stranger : { resident: people[place % 45].id }
    const body = place % 2 ? '居民说已经反映过两次，要求本周内办好，并回电告知。' : null
    await enter({ title, body, category: kinds[place % kinds.length], urgency, ...who })
  }
  await go('/today')
  await page.locator('.due', { hasText: '工单' }).click()
  await page.locator('.row.on').waitFor()
  await foot(`${MANY + 1} 件`)
  await page.locator('.rail .area.on .count', { hasText: String(MANY + 1) }).waitFor()
  const { rows } = await listOf({})
  assert.equal(rows[0].urgency, 'urgent', 'urgent ones stand first')
  assert.ok(rows.some(({ same }) => same > 0) && rows.some(({ groups }) => groups.length > 0))
  await page.locator('.row .tag', { hasText: '同类' }).first().waitFor()
  await look('open')
}

/** From a card to another order of the same person or home, wherever that one is. */
async function anotherOrderIsOneClickAway() {
  const { rows } = await listOf({})
  const order = rows.find(({ same }) => same > 0)
  const [other] = (await cardOf(order.id)).orders
  await openOrder(order)
  await page.locator('[data-others] .member').first().click()
  await underCursor(other.title)
  await page.waitForFunction((id) => location.hash.includes(`id=${id}`), other.id)
}

async function wordingsAreWrittenFoundAndCopied() {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.keyboard.press('k')
  await page.locator('.empty', { hasText: '还没有答复口径' }).waitFor()
  for (const [title, body] of [
    ['垃圾几点清运', '每天早上六点、晚上七点各一次。'],
    [QUESTION, '次日出。'],
  ]) {
    await page.keyboard.press('n')
    await page.locator('.el-dialog input[name=question]:focus').waitFor()
    await page.keyboard.type(title)
    await page.locator('.el-dialog textarea').focus()
    await page.keyboard.type(body)
    await page.keyboard.press('Control+Enter')
    await toast(`口径已写好：${title}`)
    await page.locator('.el-overlay').last().waitFor({ state: 'hidden' })
  }
  // Found by the initials of its pinyin, replaced by a newer one, copied.
  await page.keyboard.press('/')
  await page.keyboard.type('hsbg')
  await foot('1 条口径')
  await page.keyboard.press('Escape')
  await page.keyboard.press('m')
  await page.locator('.el-dialog textarea').fill(WORDING)
  await page.keyboard.press('Control+Enter')
  await toast(`已换成新的口径：${QUESTION}`)
  await page.locator('.pane .wording', { hasText: WORDING }).waitFor()
  await page.keyboard.press('c')
  await toast(`已复制：${QUESTION}`)
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), WORDING)
  await look('answers')
  await page.locator('.chip', { hasText: '也看旧的' }).click()
  await foot('2 条口径')
  await page.locator('.row .tag', { hasText: '已换新' }).waitFor()
  await page.locator('.chip', { hasText: '也看旧的' }).click()
  // Where the clipboard is closed, that is said, and the words are selected.
  await page.evaluate(() => (navigator.clipboard.writeText = () => Promise.reject(new Error('closed'))))
  await foot('1 条口径')
  await page.keyboard.press('c')
  await toast('没有复制上')
  assert.equal(await page.evaluate(() => getSelection().toString().trim()), WORDING)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Delete')
  await toast('已撤下 1 条口径')
  await page.keyboard.press('Control+z')
  await toast('已撤销')
  await foot('1 条口径')
}

async function theFirstContactTakesThreeKeys() {
  const [first, second, third] = (await listOf({ category: '房屋维修' })).rows
  await openOrder(first)
  await page.keyboard.press('c')
  await dialog('先行联系')
  await look('contact')
  await page.keyboard.press('Escape')
  await openOrder(first)
  await press(MOST.contact, ['c', '1'])
  await toast(`${first.title}：已先行联系（电话）`)
  assert.equal((await turnOf(first.id)).contacts[0].way, 'phone')
  await openOrder(second)
  await press(MOST.contact, ['c', '3', '1'])
  await toast('记下没有先行联系的原因')
  const [contact] = (await turnOf(second.id)).contacts
  assert.deepEqual([contact.way, contact.note], [null, '电话打不通'])
  // With words: written first, then the digit.
  await openOrder(third)
  await page.keyboard.press('c')
  await dialog('先行联系')
  await page.keyboard.press('/')
  await page.keyboard.type('约了三点上门')
  await page.keyboard.press('Enter')
  await page.keyboard.press('2')
  await toast(`${third.title}：已先行联系（上门）`)
  assert.equal((await turnOf(third.id)).contacts[0].note, '约了三点上门')
}

async function aConsultationIsAnsweredAndClosedWithThreeKeys() {
  const [first] = (await listOf({ category: '咨询' })).rows
  await openOrder(first)
  await page.keyboard.press('y')
  await page.locator('.el-dialog .one.on', { hasText: QUESTION }).waitFor()
  await look('answer')
  await page.keyboard.press('Escape')
  await openOrder(first)
  await press(MOST.answer, ['y', 'Enter', 'Control+Enter'])
  await toast('已答复并办结')
  const { row, turns } = await cardOf(first.id)
  assert.deepEqual([row.stage, turns[0].replies[0].text], ['closed', WORDING])
  assert.ok(turns[0].replies[0].answer, 'the reply says which wording it is')
}

/** Orders are signed for as they are entered: until the district gives some, the answers say of two that they are not. */
async function twoAreSignedInOneGo() {
  const ids = (await listOf({ category: '噪声扰民' })).rows.slice(0, 2).map(({ id }) => id)
  const asPushed = (row) => (ids.includes(row.id) ? { ...row, stage: 'to_sign', clock: 'untouched' } : row)
  const change = async (route, of) => {
    const answer = await route.fetch()
    await route.fulfill({ response: answer, json: of(await answer.json()) })
  }
  let signed
  await page.route('**/api/call/order_list', (route) =>
    change(route, (all) => ({ ...all, rows: all.rows.map(asPushed) })),
  )
  await page.route('**/api/call/order_card', (route) => change(route, (card) => ({ ...card, row: asPushed(card.row) })))
  await page.route('**/api/call/order_sign', (route) => {
    signed = route.request().postDataJSON().ids
    return route.fallback()
  })
  await openOrders('?category=噪声扰民')
  for (const id of ids) {
    await page
      .locator(`.row[data-id="${id}"], .row`, { hasText: (await cardOf(id)).row.title })
      .first()
      .click()
    await page.keyboard.press('Space')
  }
  await foot('已选 2 件')
  await page.locator('.actions button', { hasText: '签收 2 件' }).waitFor()
  await look('sign')
  await page.keyboard.press('q')
  await toast('2 件工单 已签收')
  assert.deepEqual([...signed].sort(), [...ids].sort())
  for (const command of ['order_list', 'order_card', 'order_sign']) await page.unroute(`**/api/call/${command}`)
}

async function manyAreAssignedAndReturned() {
  await openOrders('?category=噪声扰民')
  await page.keyboard.press('Shift+ArrowDown')
  await foot('已选 2 件')
  await page.keyboard.press('a')
  await dialog('分派给谁')
  await page.keyboard.press('/')
  await page.keyboard.type('12号楼组长')
  await page.keyboard.press('Enter')
  await toast('2 件工单 已分派给 12号楼组长')
  assert.equal((await listOf({ assignee: '12号楼组长' })).total, 2)
  await openOrders('?assignee=12号楼组长')
  await foot(/^2 件/)
  await page.keyboard.press('Control+a')
  await foot('已选 2 件')
  await page.keyboard.press('Shift+A')
  await toast('已取消分派')
  await openOrders('?category=环境卫生')
  await page.keyboard.press('r')
  await dialog('退回的原因')
  await page.keyboard.press('2')
  await toast('已退回：不是居委会职责')
  const [returned] = (await listOf({ stage: 'returned' })).rows
  assert.equal((await turnOf(returned.id)).returned.reason, '不是居委会职责')
}

/** From the first contact to the end, the card saying each time what comes next. */
async function oneGoesAllTheWayByKeys() {
  const [order] = (await listOf({ category: '买菜买药' })).rows
  await openOrders(`?q=${encodeURIComponent(order.title)}&id=${order.id}`)
  await underCursor(order.title)
  const next = (words) => page.locator('.next', { hasText: words }).waitFor()
  await next('先联系居民')
  await page.keyboard.press('c')
  await page.keyboard.press('2')
  await next('查明情况')
  await page.keyboard.press('f')
  await page.locator('.el-dialog textarea:focus').waitFor()
  await page.keyboard.type('老人一个人住，药明天断')
  await look('facts')
  await page.keyboard.press('Control+Enter')
  await next('答复居民')
  await page.keyboard.press('h')
  await dialog('请哪个单位会办')
  await page.keyboard.press('4')
  await page.locator('.el-dialog textarea:focus').waitFor()
  await page.keyboard.type('开药')
  await page.keyboard.press('Control+Enter')
  await toast('已请社区卫生服务中心会办')
  await page.keyboard.press('h')
  await page.locator('.el-dialog button', { hasText: '登记答复：社区卫生服务中心' }).waitFor()
  await look('help')
  await page.keyboard.press('1')
  await page.locator('.el-dialog textarea:focus').waitFor()
  await page.keyboard.type('下午送到')
  await page.keyboard.press('Control+Enter')
  await toast('社区卫生服务中心的答复已登记')
  await page.keyboard.press('y')
  await page.locator('.el-dialog [data-answers] input:focus, .el-dialog input[data-answers]:focus').waitFor()
  await page.locator('.el-dialog .one').first().waitFor()
  assert.equal(await page.locator('.el-dialog .one.on').count(), 0, 'no wording is like it, and none waits under Enter')
  await page.keyboard.press('Tab')
  await page.keyboard.type('药已经送到家里')
  await look('reply')
  await page.keyboard.press('Control+Enter')
  await toast('已答复（实际解决）')
  assert.equal((await cardOf(order.id)).row.stage, 'replied')
  await openOrder({ ...order, stage: 'replied' })
  await next('回访居民')
  await page.keyboard.press('v')
  await dialog('回访')
  await page.keyboard.press('1')
  await toast('已回访：满意')
  await openOrder({ ...order, stage: 'revisited' })
  await next('可以办结了')
  await look('revisited')
  await page.keyboard.press('x')
  await toast('已办结')
  const [turn] = (await cardOf(order.id)).turns
  assert.deepEqual(
    [turn.found[0].reasonable, turn.helps[0].given.reason, turn.replies[0].result, turn.revisits[0].satisfaction],
    [true, '下午送到', 'solved', 'satisfied'],
  )
  await page.keyboard.press('Control+z')
  await toast('已撤销')
  assert.equal((await cardOf(order.id)).row.stage, 'revisited')
}

async function numbersAreShownAndThatIsRecorded() {
  const order = (await listOf({})).rows.find(({ phone }) => phone)
  await openOrder(order)
  assert.match(await page.locator('[data-phone]').innerText(), /\*/)
  await page.keyboard.press('s')
  await page.waitForFunction(() => !document.querySelector('[data-phone]').textContent.includes('*'))
  const { timeline } = await cardOf(order.id)
  assert.match(JSON.stringify(timeline), /查看了完整/, 'showing the number is recorded')
}

/** What is chosen is in the address: a reload keeps it, and "back" takes it back. */
async function narrowedAndKeptOverAReload() {
  const [explained] = (await listOf({ category: '房屋维修', stage: 'contacted' })).rows
  const reply = { result: 'explained', text: '等配件，下周修', answer: null, close: false }
  await call('order_reply', { ids: [explained.id], ...reply })
  await openOrders()
  await page.locator('.chip', { hasText: '未解决' }).click()
  await underCursor(explained.title)
  await foot('1 件')
  await page.locator('.out', { hasText: '未解决工单导出' }).waitFor()
  await page.goBack()
  await page.locator('.chip.on', { hasText: '全部待办' }).waitFor()
  await page.locator('.chip', { hasText: '已签收' }).click()
  const signed = (await listOf({ stage: 'signed' })).total
  await foot(`${signed} 件`)
  await page.keyboard.press('/')
  await page.keyboard.type('路灯')
  const lamps = (await listOf({ stage: 'signed', query: '路灯' })).total
  await foot(`${lamps} 件`)
  await page.waitForFunction(() => decodeURIComponent(location.hash).includes('q=路灯'))
  await page.keyboard.press('Escape')
  await page.keyboard.press('ArrowDown')
  const { title } = (await listOf({ stage: 'signed', query: '路灯' })).rows[1]
  await underCursor(title)
  await page.reload()
  await page.locator('.row.on').waitFor()
  await foot(`${lamps} 件`)
  await underCursor(title)
  await page.locator('.chip.on', { hasText: '已签收' }).waitFor()
}

async function exportsByTheirNames() {
  await openOrders()
  await page.keyboard.press('e')
  await toast('待办工单导出')
  await page.locator('.out', { hasText: '退回清单导出' }).click()
  await toast('退回清单导出')
}

/** The day's numbers, as a sheet by one key; and the wordings in use, on paper. */
async function theDayIsReportedAndWordingsPrinted() {
  await openOrders()
  await page.keyboard.press('d')
  await dialog('日报')
  await page.locator('.report tr.all td').first().waitFor()
  const numbers = await page.locator('.report tr.all td').allInnerTexts()
  const { all } = await call('order_report', { day: null })
  assert.deepEqual(numbers.map(Number), all, 'as the program counts')
  await look('report')
  await page.keyboard.press('1')
  await toast('日报')
  await go('/orders/answers')
  await page.locator('h1', { hasText: '答复口径' }).waitFor()
  await page.keyboard.press('p')
  await page.waitForURL(/papers\?kind=answers/)
  await look('paper')
}

const steps = [
  oneIsEnteredAtTheCounter,
  manyComeIn,
  anotherOrderIsOneClickAway,
  wordingsAreWrittenFoundAndCopied,
  theFirstContactTakesThreeKeys,
  aConsultationIsAnsweredAndClosedWithThreeKeys,
  twoAreSignedInOneGo,
  manyAreAssignedAndReturned,
  oneGoesAllTheWayByKeys,
  numbersAreShownAndThatIsRecorded,
  narrowedAndKeptOverAReload,
  exportsByTheirNames,
  theDayIsReportedAndWordingsPrinted,
]
try {
  await page.goto(address)
  await startWithSample(page)
  for (const step of steps) {
    await step()
    console.log(`orders: ${step.name} ok`)
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
