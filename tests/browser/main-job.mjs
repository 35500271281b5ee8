// The main job in a real browser against the real program (`linli serve`), with the keyboard where a clerk uses it:
// first start → sample → review by keys → counter → export → preview → import → undo, and every page in both themes.
// Screenshots are left in test-output/ for a person to look at. Run by `cargo xtask test`.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { open, program, startWithSample } from './host.mjs'

const { page, folder, wrong, address, look, go, close } = await open()
spawn(program, ['sample', '--households', '60', '--seed', '3', '-o', join(folder, 'sample')])
const toast = () => page.locator('.toast').last()

async function firstStart() {
  await page.goto(address)
  await look('01-first-start')
  await startWithSample(page)
  await page.waitForSelector('.due')
  await look('02-today')
}

async function reviewByKeys() {
  await go('/rounds')
  await page.click('.round a.btn.main')
  await page.waitForSelector('.line')
  const pending = async () => Number(await page.locator('.chips .chip.on b').first().textContent())
  const before = await pending()
  await page.keyboard.press('ArrowDown')
  const next = page.locator('.row.on .who')
  const who = await next.textContent()
  await page.keyboard.press('a')
  await toast().getByText(`已通过 ${who}`).waitFor()
  await look('03-queue')
  await page.keyboard.press('Control+z')
  await toast().getByText('已撤销').waitFor()
  await page.waitForFunction((n) => Number(document.querySelector('.chips .chip.on b')?.textContent) === n, before)
  await page.keyboard.press('r')
  await page.locator('.el-dialog .btn').first().waitFor()
  await look('04-reject')
  await page.keyboard.press('2')
  await page
    .getByText('不通过 1')
    .first()
    .waitFor()
    .catch(() => undefined)
  await page.getByRole('button', { name: /全部通过无问题/ }).click()
  await toast().getByText('已通过').waitFor()
}

async function counter() {
  await page.keyboard.press('c')
  await page.locator('.search .giant').waitFor()
  await page.keyboard.type('wang')
  await page.locator('.hit').first().waitFor()
  await look('05-counter')
  await page.keyboard.press('Enter')
  await page.locator('.amount .giant').waitFor()
  await page.keyboard.press('Enter')
  await page.locator('.result, .findings:not(.fine)').first().waitFor()
  if (await page.locator('.findings:not(.fine)').count()) await page.locator('.person .btn.bad').click()
  assert.match(await page.locator('.voucher').textContent(), /^\d\d-\d{5}-\d$/)
  await look('06-counter-done')
}

async function exportAndPreview() {
  await go('/rounds')
  await page.click('.round a.btn.main')
  await page.getByRole('button', { name: '第1轮全表导出' }).click()
  await toast().getByText('已导出').waitFor()
  assert.ok(
    readdirSync(folder).some((name) => /_第1轮全表_\d{8}-\d{4}\.xlsx$/.test(name)),
    'the sheet is there',
  )
  await page.getByRole('button', { name: '第1轮待通知购买导出' }).click()
  await go('/papers?kind=vouchers')
  await page.locator('aside .btn.main').click()
  await page.locator('.sheet').first().waitFor({ timeout: 60_000 })
  await page.waitForFunction(() => (document.querySelector('canvas.sheet')?.width ?? 0) > 400)
  await look('07-vouchers')
}

/** A workbook that opens with 123456. */
const secret = fileURLToPath(new URL('../../crates/documents/tests/data/agile.xlsx', import.meta.url))

async function importAndUndo() {
  await go('/roster/import')
  await page.setInputFiles('input[type=file]', secret)
  const password = page.locator('[name=sheet-password]')
  await password.fill('12345')
  await page.keyboard.press('Enter')
  await page.getByText('打开密码不对').waitFor()
  await look('07-password')
  await page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'sheet-password')
  await page.keyboard.type('123456')
  await page.keyboard.press('Enter')
  await page.waitForSelector('table')
  await page.getByRole('button', { name: '换一个文件' }).click()
  await page.setInputFiles('input[type=file]', join(folder, 'sample/roster.xlsx'))
  await page.waitForSelector('table')
  await look('08-import')
  await page.locator('.btn.main').click()
  await page.locator('.result').waitFor({ timeout: 60_000 })
  await look('09-imported')
  await page.getByRole('button', { name: '撤销这次导入' }).click()
  await toast().getByText('已撤销').waitFor()
}

async function everyPageInBothThemes() {
  for (const theme of ['浅色', '深色']) {
    await go('/settings')
    await page.getByRole('button', { name: theme, exact: true }).click()
    for (const path of ['/today', '/roster', '/roster/board', '/roster/import', '/rounds', '/papers', '/settings']) {
      await go(path)
      await page.waitForTimeout(300)
      await look(`${theme === '深色' ? 'dark' : 'light'}${path.replaceAll('/', '-')}`)
    }
  }
}

try {
  for (const step of [firstStart, reviewByKeys, counter, exportAndPreview, importAndUndo, everyPageInBothThemes]) {
    await step()
    console.log(`browser: ${step.name} ok`)
  }
  assert.deepEqual(wrong, [], 'no page threw')
  console.log('6 passed, 0 failed')
} catch (error) {
  await look('failed')
  console.error(error)
  process.exitCode = 1
} finally {
  await close()
}
