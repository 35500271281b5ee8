// The program and a browser on it, for every test of the screens: a folder of their own, a window of a small office PC.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const { chromium } = createRequire(join(root, 'ui/package.json'))('playwright-core')
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
/** Milliseconds that every answer of the program takes longer, at most: shows what a test or a screen only gets right on a quick machine. */
const SLOWER = Number(process.env.SLOWER ?? 0)
export const program = process.env.LINLI ?? join(root, 'target/debug/linli')

/** Starts a server that prints its address as its first line. */
export async function start(command, args, folder) {
  const server = spawn(command, args, { cwd: folder })
  const address = await new Promise((resolve, reject) => {
    server.stdout.once('data', (line) => resolve(String(line).trim()))
    server.once('exit', (code) => reject(new Error(`${command} ${args.join(' ')}: ended with ${code}`)))
  })
  const ended = new Promise((resolve) => server.once('exit', resolve))
  return { address, stop: () => (server.kill(), ended) }
}

/** A window of a small office PC. */
export async function openWindow(browser) {
  const page = await browser.newPage({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' })
  if (SLOWER) {
    await page.context().route('**/api/call/**', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * SLOWER))
      await route.fallback()
    })
  }
  return page
}

/** Starts the program and opens its first page; pictures go to `test-output/<pictures>`. */
export async function open(pictures = '') {
  if (!existsSync(CHROMIUM)) {
    console.log(`SKIPPED: no browser at ${CHROMIUM}`)
    process.exit(0)
  }
  const album = join(root, 'test-output', pictures)
  mkdirSync(album, { recursive: true })
  const folder = mkdtempSync(join(tmpdir(), 'linli-browser-'))
  const { address, stop } = await start(program, ['--data', join(folder, 'data'), 'serve', '--no-open'], folder)
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
  const page = await openWindow(browser)
  const wrong = []
  page.on('pageerror', (error) => wrong.push(error.message))
  return {
    page,
    folder,
    wrong,
    address,
    look: async (name, of = page) => {
      await of.waitForTimeout(250) // for the picture only; nothing is asserted on it
      await of.screenshot({ path: join(album, `${name}.png`) })
    },
    go: (path, of = page) =>
      of.evaluate((hash) => {
        location.hash = hash
      }, path),
    /** A command of the program, as the screens call it. */
    call: (name, request, of = page) =>
      of.evaluate(
        ([name, body]) =>
          fetch(`api/call/${name}`, {
            method: 'POST',
            headers: { 'x-linli': '1', 'content-type': 'application/json' },
            body: JSON.stringify(body),
          }).then((answer) => answer.json()),
        [name, request],
      ),
    close: async () => {
      await browser.close()
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Something that the program says. */
export function said(catalogue, code, values, text) {
  return { catalogue, code, values, text }
}

/** Types a new password as often as it is asked for; nothing where a keyring keeps the data. */
export async function newPassword(page, password) {
  if (!(await page.locator('input[name=password]').count())) return
  await page.fill('input[name=password]', password)
  await page.fill('input[name=repeat]', password)
}

/** First start with the sample committee. */
export async function startWithSample(page) {
  await page.click('[data-choice=sample]')
  await page.fill('input[name=actor]', '董敏')
  await newPassword(page, '邻里密码-1')
  await page.click('button.main')
  await page.waitForSelector('.today', { timeout: 120_000 })
}
