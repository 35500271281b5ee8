import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import en from '../src/locales/en'
import zhCN from '../src/locales/zh-CN'

function keys(messages: object, prefix = ''): string[] {
  return Object.entries<unknown>({ ...messages }).flatMap(([key, value]) =>
    typeof value === 'object' && value ? keys(value, `${prefix}${key}.`) : [`${prefix}${key}`],
  )
}

function placeholders(messages: object, prefix = ''): string[] {
  return Object.entries<unknown>({ ...messages }).flatMap(([key, value]) =>
    typeof value === 'object' && value
      ? placeholders(value, `${prefix}${key}.`)
      : [...String(value).matchAll(/\{\w+\}/g)].map(([name]) => `${prefix}${key}${name}`),
  )
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? sources(path) : /\.(vue|ts)$/.test(entry.name) ? [path] : []
  })
}

test('both languages say the same things with the same values', () => {
  expect(keys(en).sort()).toEqual(keys(zhCN).sort())
  expect(placeholders(en).sort()).toEqual(placeholders(zhCN).sort())
})

test('every text a page asks for is in the catalogue', () => {
  const known = new Set(keys(zhCN))
  const asked = sources('src').flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/\bt\('([\w.]+)'/g)].map((match) => match[1]!),
  )
  expect(asked.length).toBeGreaterThan(150)
  expect(asked.filter((key) => !known.has(key))).toEqual([])
})

test('no page carries Chinese text of its own', () => {
  const pages = sources('src').filter((path) => path.endsWith('.vue') && !path.includes('locales'))
  const written = pages.filter((path) =>
    /<template>[\s\S]*[\u4e00-\u9fff]/.test(
      readFileSync(path, 'utf8')
        .replace(/<!--[\s\S]*?-->/g, '')
        .replace("'中文'", ''),
    ),
  )
  expect(written).toEqual([])
})
