// Keys that belong to the input method reach no handler, in either form that browsers give them.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { guardKeys } from '@/composables/inputMethod'

function press(isComposing: boolean, keyCode: number): string[] {
  const target = new EventTarget()
  const heard: string[] = []
  guardKeys(target)
  for (const type of ['keydown', 'keyup']) target.addEventListener(type, () => heard.push(type))
  for (const type of ['keydown', 'keyup'])
    target.dispatchEvent(Object.assign(new Event(type, { cancelable: true }), { key: 'Enter', isComposing, keyCode }))
  return heard
}

test('what the input method takes is heard by nobody', () => {
  expect(press(true, 13)).toEqual([])
  expect(press(false, 229)).toEqual([])
  expect(press(false, 13)).toEqual(['keydown', 'keyup'])
})

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? sources(path) : /\.(vue|ts)$/.test(entry.name) ? [path] : []
  })
}

test('no handler of keys is outside the guard', () => {
  // A template's handlers lie below the window and are guarded with it; whoever listens on the window or the document
  // by hand could come first, and is to use the layers of keys.ts instead.
  const byHand = sources('src').filter((path) =>
    /addEventListener\(\s*['"`]key|\bonkey(down|up|press)\b\s*=/.test(readFileSync(path, 'utf8')),
  )
  expect(byHand).toEqual([join('src', 'composables', 'keys.ts')])
  const templates = sources('src').filter((path) => /@key(down|up|press)/.test(readFileSync(path, 'utf8')))
  expect(templates.length).toBeGreaterThan(5)
  const begins = readFileSync('src/main.ts', 'utf8')
  expect(begins.indexOf('guardKeys(window)')).toBeGreaterThan(0)
  expect(begins.indexOf('guardKeys(window)')).toBeLessThan(begins.indexOf('createApp(App)'))
})
