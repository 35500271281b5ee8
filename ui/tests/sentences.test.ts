// Everything that the program says has its English sentence, says in it what there is to say, and none is kept for a code
// that is gone.
import { expect, test } from 'vitest'
import type { Sentence } from '../src/api/types/Sentence'
import { inEnglish, sentences } from '../src/locales/sentences'
import { words } from '../src/locales/sentences/words'
import { codes, errors, hosts, said, variants, worded } from './rust'

/** What an enum with sentences says, by code. */
const told = said().flatMap(({ name, catalogue }) =>
  [...(variants(name) ?? [])].map(([code, values]) => ({ catalogue, code, values })),
)
/** The same of errors that are not all told so; what stands within another sentence says itself. */
const own = errors('workstation/src/error.rs').map(({ code, values }) => {
  const told = [...values].filter(([, type]) => type !== 'Box<Sentence>')
  return { catalogue: 'refusals', code, values: new Map(told) }
})
/** Codes that other functions of the program give, and sentences of their own for a value. */
const others = [
  ...new Set([...codes('workstation/src/error.rs'), ...codes('store/src/error.rs'), ...hosts(), 'unreachable']),
]
const findings = [
  ...codes('domain/src/smart_check.rs'),
  ...codes('domain/src/id_document.rs').map((problem) => `document_wrong.${problem}`),
  ...codes('domain/src/phone.rs').map((problem) => `phone_wrong.${problem}`),
]

const more: Partial<Record<Sentence['catalogue'], string[]>> = {
  refusals: [...others, 'disk_full.'],
  findings: [...findings, 'held.true', 'quantity_wrong.0'],
  remarks: ['lost.', 'restored.'],
  matching: worded('matching/src/reason.rs'),
  sheets: ['packed.'],
  import: [
    ...(variants('ProblemCode')?.keys() ?? []),
    ...['date_invalid.warning', 'document_invalid.error', 'phone_invalid.error'],
    ...['in_cell', 'in_row', 'in_tab'],
  ],
}

function sentence(catalogue: Sentence['catalogue'], code: string, values: Sentence['values'], within?: Sentence[]) {
  return inEnglish({ catalogue, code, values, within, text: '中文' })
}

test.each(Object.keys(sentences) as Sentence['catalogue'][])(
  '%s: the codes and the sentences are the same set',
  (of) => {
    const all = [...told.filter((one) => one.catalogue === of).map((one) => one.code), ...(more[of] ?? [])]
    expect(all.length).toBeGreaterThan(4)
    expect([...new Set(all)], 'one code is one sentence').toHaveLength(all.length)
    expect(Object.keys(sentences[of]).sort()).toEqual(all.sort())
  },
)

test('a sentence says in English what it says in Chinese', () => {
  expect(told.length).toBeGreaterThan(140)
  expect(own.length).toBeGreaterThan(8)
  for (const { catalogue, code, values } of [...told, ...own]) {
    const english = sentences[catalogue as Sentence['catalogue']][code] ?? ''
    const says = [...english.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).filter((name) => name !== 'within')
    expect(says.sort(), `${catalogue} ${code}`).toEqual([...values.keys()].sort())
  }
})

test('what stands in a sentence by a code has its word, whatever the code', () => {
  let checked = 0
  for (const { catalogue, code, values } of [...told, ...own])
    for (const [name, type] of values) {
      const optional = /^Option<(\w+)>$/.exec(type)?.[1]
      const blank = optional && !(`${code}.` in sentences[catalogue as Sentence['catalogue']]) ? [''] : []
      const known = [...(variants(optional ?? type)?.keys() ?? []), ...blank]
      checked += known.length
      const without = known.filter((one) => !Object.hasOwn(words[name] ?? {}, one))
      expect(without, `${code} {${name}}`).toEqual([])
    }
  expect(checked).toBeGreaterThan(120)
})

/** Chinese, and the marks and blanks that stand in it. */
const CHINESE = /[\p{Script=Han}\u3000-\u303f\uff00-\uffef]/u

test('no English sentence or word has Chinese in it', () => {
  const all = [...Object.values(sentences), ...Object.values(words)].flatMap((texts) => Object.values(texts))
  expect(all.length).toBeGreaterThan(400)
  expect(all.filter((text) => CHINESE.test(text))).toEqual([])
})

test('nor has what is said by codes, whichever they are', () => {
  const inData = ['path', 'reason'].map((name): [string, string] => [name, 'String'])
  const byCode = others.map((code) => ({ catalogue: 'refusals', code, values: new Map(inData) }))
  const known = new Map([...byCode, ...told, ...own].map((one) => [`${one.catalogue} ${one.code}`, one]))
  let checked = 0
  for (const { catalogue, code, values } of known.values()) {
    const types = [...values.values()].map((type) => /^Option<(\w+)>$/.exec(type)?.[1] ?? type)
    const codes = types.map((type) => [...(variants(type)?.keys() ?? ['data'])])
    for (let nth = 0; nth < Math.max(1, ...codes.map((all) => all.length)); nth++) {
      const said = [...values.keys()].map((name, index): [string, string] => [
        name,
        codes[index]?.[nth % (codes[index].length || 1)] ?? '',
      ])
      const english = sentence(catalogue as Sentence['catalogue'], code, Object.fromEntries(said), [])
      expect(english, `${catalogue} ${code}`).not.toMatch(CHINESE)
      checked += 1
    }
  }
  expect(checked).toBeGreaterThan(500)
})

test('values stand in their places, by their words, and choose the sentence', () => {
  expect(sentence('refusals', 'quota_used_up', { quota: '500' })).toBe('All 500 vouchers of this round are given out.')
  expect(sentence('refusals', 'no_way_back', { stage: 'pending', to: 'collected' })).toBe(
    'There is no way back from “To review” to “Collected”.',
  )
  expect(sentence('refusals', 'of_tomorrow', {})).toBe('中文')
  expect(sentence('findings', 'held', { denied: 'false' })).toContain('wait for')
  expect(sentence('findings', 'held', { denied: 'true' })).toContain('another committee')
  expect(sentence('findings', 'document_wrong', { problem: 'check_digit' })).toContain('one digit is mistyped')
  expect(sentence('findings', 'quantity_wrong', { quantity: '0', max: '5' })).toBe('No amount is given.')
  expect(sentence('findings', 'quantity_wrong', { quantity: '9', max: '5' })).toBe('9 asked for; at most 5 each.')
})

test('a word goes by the number before it', () => {
  const printed = (pages: string) => sentence('timeline', 'printed', { what: 'List', pages })
  expect(['0', '1', '2'].map(printed)).toEqual([
    'Printed “List” (0 pages)',
    'Printed “List” (1 page)',
    'Printed “List” (2 pages)',
  ])
})

test('a sentence is put around others', () => {
  const changed = (field: string, seen: string, now: string): Sentence => ({
    catalogue: 'timeline',
    code: 'field_changed',
    values: { field, seen, now },
    text: '中文',
  })
  const both = [changed('phone', '', '138****5678'), changed('name', 'constructor', 'in')]
  expect(sentence('timeline', 'settled', {}, both)).toBe('Decided: Phone nothing → 138****5678; Name constructor → in')
})
