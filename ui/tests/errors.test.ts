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

test("the program's codes and the English sentences are the same set", () => {
  const known = new Set([...codes('workstation/src/error.rs'), ...codes('store/src/error.rs'), 'unreachable'])
  expect(known.size).toBeGreaterThan(40)
  expect(Object.keys(errorsEn).sort()).toEqual([...known].sort())
})

test('values stand in their places', () => {
  expect(errorInEnglish({ code: 'quota_used_up', params: { quota: '500' }, text: '名额已用完', retry: false })).toBe(
    'All 500 vouchers of this round are given out.',
  )
  expect(errorInEnglish({ code: 'of_tomorrow', params: {}, text: '明天的错误', retry: false })).toBe('明天的错误')
})
