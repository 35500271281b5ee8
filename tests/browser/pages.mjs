// Every page in both themes, both languages, with standard and largest type: pictures in test-output/pages, and no page
// may write an error, be wider than the window, have a button over another, or show a message's key instead of its words.
// In each theme axe looks for what keeps people from using a page who do not see it or have no mouse.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { open, said, startWithSample } from './host.mjs'
import { manyAnswers, manyOrders, noOrders, orderCard } from './made-orders.mjs'
import { inClear, manyTasks, noTasks, taskCard } from './made-tasks.mjs'

const { page, wrong, address, look, go, close } = await open('pages')
page.on('console', (message) => {
  if (message.type() === 'error' || /\[intlify\]/.test(message.text()))
    wrong.push(`${message.text()} ${message.location().url}`)
})

/** What is wrong with the page as it stands. */
const faults = () =>
  page.evaluate(() => {
    const found = []
    const wide = document.documentElement.scrollWidth - window.innerWidth
    if (wide > 0) found.push(`${wide} px too wide`)
    for (const box of document.querySelectorAll('main, .page, .split > section, .card, aside')) {
      if (box.scrollWidth > box.clientWidth + 1 && !box.querySelector('.house'))
        found.push(`${box.className || box.tagName} overflows by ${box.scrollWidth - box.clientWidth} px`)
    }
    const parts = [...document.querySelectorAll('button, a, .el-checkbox__label')].filter(
      (part) => part.checkVisibility({ visibilityProperty: true }) && !part.closest('.row, .toast'),
    )
    // What is scrolled out of the card lies under nothing.
    const seen = (part) => {
      const { left, right, top, bottom } = part.getBoundingClientRect()
      const card = part.closest('.card')?.getBoundingClientRect()
      return { left, right, top, bottom: Math.min(bottom, card?.bottom ?? bottom) }
    }
    const boxes = parts.map((part) => [part, seen(part)])
    for (const [at, [one, a]] of boxes.entries()) {
      for (const [other, b] of boxes.slice(at + 1)) {
        const over =
          Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 &&
          Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2
        if (over && !one.contains(other)) found.push(`“${one.innerText}” lies over “${other.innerText}”`)
      }
    }
    const size = (part) => parseFloat(getComputedStyle(part).fontSize)
    for (const part of document.querySelectorAll(
      '.el-select:not(.el-select--small) .el-select__wrapper, .el-checkbox__label, .el-input__inner',
    )) {
      if (size(part) < size(document.body)) found.push(`${part.className} is smaller than the type that was chosen`)
    }
    const key = document.body.innerText.match(
      /\b(app|nav|start|today|roster|import|rounds|instructions|announce|papers|settings|sync|tasks|orders|answers)\.[a-z]\w*(\.\w+)*/,
    )
    if (key) found.push(`key without words: ${key[0]}`)
    // The exchange has no place in the rail: it is reached from the top.
    const open = document.querySelectorAll('.rail [aria-current=page]').length
    if (open !== (location.hash.startsWith('#/sync') ? 0 : 1)) found.push('the rail does not show which area this is')
    return found
  })

const axe = readFileSync(fileURLToPath(new URL('../../ui/node_modules/axe-core/axe.min.js', import.meta.url)), 'utf8')

/** What axe calls critical or serious on the page as it stands. */
async function barriers() {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe)
  return page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ['violations'] })
    return violations
      .filter((one) => ['critical', 'serious'].includes(one.impact))
      .map((one) => `${one.id}: ${one.nodes.length} × ${one.nodes[0].html.slice(0, 160)}`)
  })
}

async function set(changed) {
  await page.evaluate(async (values) => {
    const ask = (name, body) =>
      fetch(`api/call/${name}`, {
        method: 'POST',
        headers: { 'x-linli': '1', 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }).then((answer) => answer.json())
    await ask('settings_save', { ...(await ask('settings', {})), ...values })
  }, changed)
  await page.reload()
  await page.waitForSelector('.frame')
}

/** A district's instructions, of which the sample has none: very many, very long. */
const row = {
  title: `关于进一步做好来返人员排查工作的${'补充'.repeat(40)}通知`,
  sent_at: '2026-02-03T09:12:00',
  attachments: 20,
  clerks: 15,
}
const manyInstructions = ({ waiting, page }) => {
  const rows = Array.from({ length: page.limit }, (_, place) => ({
    ...row,
    id: String(page.offset + place),
    acknowledged: place % 3 === 0,
  }))
  return {
    total: waiting ? 3_000 : 0,
    rows: waiting ? rows : [],
    all: waiting ? 3_000 : 0,
    waiting: waiting ? 2_000 : 0,
  }
}
const file = {
  hash: 'a',
  name: `附件一：${'很长的文件名'.repeat(12)}.pdf`,
  size: 20_971_520,
  received: 20_971_520,
  state: 'whole',
  has_pages: true,
  may_be_opened: true,
}
const longInstruction = {
  row: { ...row, id: '0', acknowledged: false },
  body: '请各居委会逐户排查，不漏一户。'.repeat(60),
  attachments: [file, { ...file, hash: 'b', state: 'coming', received: 7 }, { ...file, hash: 'c', state: 'wrong' }],
  problem: said('exchange', 'no_network', {}, '连不上区级平台：没有网络，或平台没有开启'),
  acknowledged: Array.from({ length: 15 }, (_, place) => ({ by: `社工${place}`, at: '2026-02-03T09:12:00' })),
}

try {
  await page.route('**/api/call/instruction_list', (route) =>
    route.fulfill({ json: manyInstructions(route.request().postDataJSON()) }),
  )
  await page.route('**/api/call/instruction_card', (route) => route.fulfill({ json: longInstruction }))
  await page.route('**/api/call/task_list', (route) => {
    const asked = route.request().postDataJSON()
    return route.fulfill({ json: asked.source === '无' ? noTasks : manyTasks(asked) })
  })
  await page.route('**/api/call/resident_reveal', (route) => route.fulfill({ json: inClear }))
  await page.route('**/api/call/task_card', (route) =>
    route.fulfill({ json: taskCard(route.request().postDataJSON()) }),
  )
  await page.route('**/api/call/order_list', (route) => {
    const asked = route.request().postDataJSON()
    return route.fulfill({ json: asked.category === '无' ? noOrders : manyOrders(asked) })
  })
  await page.route('**/api/call/order_card', (route) =>
    route.fulfill({ json: orderCard(route.request().postDataJSON()) }),
  )
  await page.route('**/api/call/answer_list', (route) =>
    route.fulfill({ json: manyAnswers(route.request().postDataJSON()) }),
  )
  await page.goto(address)
  await page.locator('.choices').waitFor()
  const bad = []
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme })
    await look(`start-${colorScheme}`)
    bad.push(...(await barriers()).map((fault) => `start ${colorScheme}: ${fault}`))
  }
  await startWithSample(page)
  await go('/rounds')
  const queue = (await page.locator('.round a.btn.main').first().getAttribute('href')).replace('#', '').split('?')[0]
  const paths = {
    today: '/today',
    roster: '/roster',
    board: '/roster/board',
    import: '/roster/import',
    rounds: '/rounds',
    queue: `${queue}?stage=pending`,
    counter: `${queue}/counter`,
    collect: `${queue}/collect`,
    instructions: '/instructions?waiting=1',
    alone: '/instructions',
    tasks: '/tasks',
    undecided: '/tasks?tray=undecided',
    'to-visit': '/tasks?tray=to_visit&id=t7',
    answered: '/tasks?tray=answered',
    'no-tasks': '/tasks?source=无',
    calls: '/tasks/call',
    orders: '/orders',
    urgent: '/orders?id=o2',
    again: '/orders?id=o4',
    revisited: '/orders?stage=revisited',
    recalled: '/orders?stage=recalled',
    'no-orders': '/orders?category=无',
    answers: '/orders/answers?old=1&id=a2',
    papers: '/papers',
    vouchers: '/papers?kind=vouchers',
    settings: '/settings',
    sync: '/sync',
    join: '/sync?join=1',
    conflicts: '/sync/conflicts',
  }
  let looked = 0
  for (const theme of ['light', 'dark']) {
    for (const language of ['zh-CN', 'en']) {
      for (const type_size of [14, 18]) {
        await set({ theme, language, type_size })
        for (const [name, path] of Object.entries(paths)) {
          await go(path)
          await page.waitForFunction(() => !document.querySelector('.bones'))
          await look(`${name}-${theme}-${language}-${type_size}`)
          looked += 1
          const found = language === 'zh-CN' && type_size === 14 ? await barriers() : []
          for (const fault of [...(await faults()), ...found])
            bad.push(`${name} ${theme} ${language} ${type_size}: ${fault}`)
        }
      }
    }
  }
  assert.deepEqual(bad, [], 'every page fits and speaks')
  assert.deepEqual(wrong, [], 'no page wrote an error')
  console.log(`pages: ${looked} looked at, 0 faults`)
} catch (error) {
  await look('failed')
  console.error(error)
  process.exitCode = 1
} finally {
  await close()
}
