// Every refusal of the program has its English sentence, and none is kept for a code that is gone.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { errorInEnglish, errorsEn } from '../src/locales/errors-en'

/** The codes that a crate's error enum gives. */
function codes(path: string): string[] {
  const source = readFileSync(new URL(`../../crates/${path}`, import.meta.url), 'utf8')
  const body = source.slice(source.indexOf('pub fn code(&self)')).split('\n    }\n')[0] ?? ''
  return [...body.matchAll(/=> "(\w+)"/g)].map((found) => found[1] ?? '')
}

/** The codes of the refusals, with the values that each sentence may say. */
function refusals(): Map<string, string[]> {
  const source = readFileSync(new URL('../../crates/domain/src/refusal.rs', import.meta.url), 'utf8')
  const body = source.slice(source.indexOf('pub enum Refusal {')).split('\n}\n')[0] ?? ''
  const variants = [...body.matchAll(/^ {4}([A-Z]\w+)(?:,| \{\n([\s\S]*?)\n {4}\},)$/gm)]
  const code = (name: string) => name.replace(/\B[A-Z]/g, (letter) => `_${letter}`).toLowerCase()
  const values = (fields = '') => [...fields.matchAll(/^ {8}(\w+): /gm)].map((found) => found[1] ?? '')
  return new Map(variants.map(([, name = '', fields]) => [code(name), values(fields)]))
}

test("the program's codes and the English sentences are the same set", () => {
  const errors = [...codes('workstation/src/error.rs'), ...codes('store/src/error.rs'), 'unreachable']
  const refused = [...refusals().keys()]
  expect(refused.filter((code) => errors.includes(code))).toEqual([])
  const known = new Set([...errors, ...refused])
  expect(known.size).toBeGreaterThan(110)
  expect(Object.keys(errorsEn).sort()).toEqual([...known].sort())
})

test('a refusal says in English what it says in Chinese', () => {
  for (const [code, values] of refusals()) {
    const said = [...(errorsEn[code] ?? '').matchAll(/\{(\w+)\}/g)].map((found) => found[1])
    expect(said.sort(), code).toEqual([...values].sort())
  }
})

test('values stand in their places', () => {
  expect(errorInEnglish({ code: 'quota_used_up', params: { quota: '500' }, text: '名额已用完', retry: false })).toBe(
    'All 500 vouchers of this round are given out.',
  )
  const back = { stage: 'pending', to: 'collected' }
  expect(errorInEnglish({ code: 'no_way_back', params: back, text: '“待审核”不能退回到“已领取”', retry: false })).toBe(
    'There is no way back from “To review” to “Collected”.',
  )
  expect(errorInEnglish({ code: 'of_tomorrow', params: {}, text: '明天的错误', retry: false })).toBe('明天的错误')
})
