// Every finding has its English sentence, says in it what there is to say, and none is kept for a code that is gone.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { findingInEnglish, findingsEn } from '../src/locales/findings-en'

/** The codes that a function `code` of a file in the domain gives. */
function codes(path: string): string[] {
  const source = readFileSync(new URL(`../../crates/domain/src/${path}`, import.meta.url), 'utf8')
  const body = source.slice(source.indexOf('pub fn code(&self)')).split('\n    }\n')[0] ?? ''
  return [...body.matchAll(/=> "(\w+)"/g)].map((found) => found[1] ?? '')
}

test("the check's codes and the English sentences are the same set", () => {
  const found = codes('smart_check.rs')
  expect(found.length).toBeGreaterThan(20)
  const special = ['held.true', 'quantity_wrong.0']
  const documents = codes('id_document.rs').map((problem) => `document_wrong.${problem}`)
  const phones = codes('phone.rs').map((problem) => `phone_wrong.${problem}`)
  expect(documents.length + phones.length).toBe(12)
  expect(Object.keys(findingsEn).sort()).toEqual([...found, ...special, ...documents, ...phones].sort())
  expect(Object.values(findingsEn).filter((sentence) => /\p{Script=Han}/u.test(sentence))).toEqual([])
})

test('values stand in their places, and what is said of a finding chooses its sentence', () => {
  const finding = (code: string, values: Record<string, string>) =>
    findingInEnglish({ code, values, text: '中文', blocking: true })
  expect(finding('over_quota', { place: '501', quota: '500' })).toBe('Place 501, beyond the quota of 500.')
  expect(finding('document_wrong', { problem: 'check_digit' })).toContain('one digit is mistyped')
  expect(finding('held', { denied: 'false' })).toContain('wait for')
  expect(finding('held', { denied: 'true' })).toContain('another committee')
  expect(finding('quantity_wrong', { quantity: '0', max: '5' })).toBe('No amount is given.')
  expect(finding('quantity_wrong', { quantity: '9', max: '5' })).toBe('9 asked for; at most 5 each.')
  expect(finding('of_tomorrow', {})).toBe('中文')
})
