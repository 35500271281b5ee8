// The catalogues: both languages say the same, everything that a screen asks for is there, and nothing else is.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { i18n } from '../src/i18n'
import en from '../src/locales/en'
import { sentences } from '../src/locales/sentences'
import zhCN from '../src/locales/zh-CN'

/** The texts under their keys; a list of texts is one key. */
function flat(messages: object, prefix = ''): [string, string][] {
  return Object.entries<unknown>({ ...messages }).flatMap(([key, value]): [string, string][] =>
    typeof value === 'object' && value && !Array.isArray(value)
      ? flat(value, `${prefix}${key}.`)
      : [[`${prefix}${key}`, JSON.stringify(value)]],
  )
}
const keys = (messages: object) => flat(messages).map(([key]) => key)
const placeholders = (messages: object) =>
  new Set(flat(messages).flatMap(([key, text]) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => `${key}${name}`)))
/** Marks of Chinese writing. */
const MARKS = /[\u3000-\u303f\uff01\uff08\uff09\uff0b\uff0c\uff1a\uff1b\uff1f]/u
/** Behind a number, what is said of several. */
const SEVERAL = /(?<!At least )\{(?:n|count|rows|pages)\} (?:(?:more|new|hidden) )?(?:people|[a-z]+s)\b/

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? files(path) : /\.(vue|ts)$/.test(entry.name) ? [path] : []
  })
}
const catalogue = join('src', 'locales')
const screens = files('src').filter((path) => !path.startsWith(catalogue) && !path.startsWith(join('src', 'api')))
const sources = screens.map((path) => readFileSync(path, 'utf8'))
const known = new Set(keys(zhCN))

/** What a type of the program's is one of: `type Stage = "pending" | …`, as generated. */
function oneOf(type: string): string[] {
  const union = readFileSync(join('src', 'api', 'types', `${type}.ts`), 'utf8').split('export type')[1] ?? ''
  return [...union.matchAll(/"(\w+)"/g)].map(([, value]) => value ?? '')
}

/** What a room on the board is under one of its lenses. */
const ROOM = [
  'empty',
  'none',
  'occupied',
  'registered',
  'passed',
  'notified',
  'collected',
  'rejected',
  'tagged',
  'elsewhere',
  'to_visit',
  'visited',
]
/** What is asked of the roster by its chips. */
const CHIPS = ['all', 'no_document', 'bad_document', 'no_phone', 'no_household', 'registered_elsewhere']
const HOME = ['estate', 'building', 'unit', 'room', 'note']
const PAPERS = ['round_notice', 'handout', 'vouchers', 'poster', 'notice', 'door_list', 'visit_list']
/** As what a piece of an address is understood. */
const LEVELS = ['region', 'road', 'lane', 'sub_lane', 'estate', 'phase', 'group', 'number', 'unit', 'floor', 'room']
/** By what orders are narrowed, and what comes next of them. */
const NARROWED = ['category', 'urgency', 'building', 'assignee']
const STEPS = ['sign', 'contact', 'facts', 'reply', 'revisit', 'close']
const LOOKS = ['light', 'dark', 'system', 'normal', 'large', 'larger']
/** Keys that are put together: what stands before the value, and the values there are. */
const PUT_TOGETHER: Record<string, string[]> = {
  'app.group.': ['vouchers', 'people', 'homes'],
  'app.unit.': oneOf('Unit'),
  'import.': oneOf('RowAction'),
  'import.field.': oneOf('Column'),
  'orders.by.': NARROWED,
  'orders.clock.': oneOf('Clock'),
  'orders.contact.': [...oneOf('Way'), 'none'],
  'orders.everything.': NARROWED,
  'orders.export.': oneOf('OrderExport'),
  'orders.list.': ['overdue', 'not_contacted', 'unsolved', 'dissatisfied'],
  'orders.next.': STEPS,
  'orders.report.': ['xlsx', 'pdf'],
  'orders.report.list.': oneOf('DayList'),
  'orders.result.': oneOf('OrderResult'),
  'orders.satisfaction.': oneOf('Satisfaction'),
  'orders.stage.': oneOf('OrderStage'),
  'orders.step.': [...STEPS, 'help', 'assign', 'return'],
  'orders.urgency.': oneOf('Urgency'),
  'papers.': PAPERS,
  'roster.': CHIPS,
  'roster.home.': HOME,
  'roster.kind.': oneOf('DocumentKind'),
  'roster.legend.': ROOM,
  'roster.mark.': ROOM,
  'rounds.channel.': oneOf('Channel'),
  'rounds.key.': oneOf('RoundKey'),
  'rounds.stage.': oneOf('Stage'),
  'settings.': LOOKS,
  'sync.next.': ['cutOff', ...oneOf('ExchangePhase')],
  'sync.pill.': oneOf('ExchangePhase'),
  'sync.state.': oneOf('ExchangePhase'),
  'tasks.by.': ['building', 'assignee', 'source'],
  'tasks.cause.': oneOf('Cause'),
  'tasks.export.': oneOf('TaskExport'),
  'tasks.level.': LEVELS,
  'tasks.outcome.': oneOf('VisitOutcome'),
  'tasks.rule.': ['certain', 'never', 'others'],
  'tasks.rule.about.': ['certain', 'never', 'others'],
  'tasks.takenBack.': oneOf('Cause'),
  'tasks.tray.': oneOf('Tray'),
  'tasks.way.': oneOf('Way'),
  'tasks.weight.': ['for', 'near', 'against'],
}
const AREAS = Object.keys(zhCN).join('|')
/** Keys that are written out. */
const WRITTEN = new RegExp(String.raw`'((?:${AREAS})\.[\w.]+)'`, 'g')
const TOGETHER = new RegExp(String.raw`\x60((?:${AREAS})\.[\w.]*)\$\{`, 'g')
const written = new Set(sources.flatMap((source) => [...source.matchAll(WRITTEN)].map(([, key]) => key ?? '')))
const together = new Set(sources.flatMap((source) => [...source.matchAll(TOGETHER)].map(([, key]) => key ?? '')))

describe('the catalogues', () => {
  test('both languages say the same things with the same values', () => {
    expect(keys(en).sort()).toEqual(keys(zhCN).sort())
    expect(placeholders(en)).toEqual(placeholders(zhCN))
  })

  test('English has no Chinese in it but the marks of Chinese headings', () => {
    const chinese = flat(en).filter(([, text]) => /\p{Script=Han}/u.test(text) || MARKS.test(text))
    expect(chinese.map(([key]) => key)).toEqual(['papers.plainNote'])
  })

  test('English has a word of its own for one', () => {
    expect(flat(en).filter(([, text]) => / \| /.test(text)).length).toBeGreaterThan(25)
    expect(flat(en).filter(([, text]) => SEVERAL.test(text) && !/ \| /.test(text))).toEqual([])
    const said = Object.values(sentences).flatMap((texts) => Object.values(texts))
    expect(said.filter((text) => SEVERAL.test(text))).toEqual([])
    const { t, locale } = i18n.global
    locale.value = 'en'
    expect([0, 1, 2].map((n) => t('papers.pages', { n }))).toEqual(['0 pages', '1 page', '2 pages'])
  })

  test('every text a page asks for is there', () => {
    expect(written.size).toBeGreaterThan(400)
    expect([...written].filter((key) => !known.has(key))).toEqual([])
  })

  test('every key that is put together is known here, with all its values', () => {
    expect([...together].sort()).toEqual(Object.keys(PUT_TOGETHER).sort())
    const all = Object.entries(PUT_TOGETHER).flatMap(([key, values]) => values.map((value) => key + value))
    expect(all.filter((key) => !known.has(key))).toEqual([])
  })

  test('nothing is kept that no page asks for', () => {
    const asked = new Set(written)
    for (const [key, values] of Object.entries(PUT_TOGETHER)) for (const value of values) asked.add(key + value)
    expect([...known].filter((key) => !asked.has(key))).toEqual([])
  })

  test.each(files(catalogue))('%s has one key a line', (path) => {
    const crowded = readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => /^\s*[\w']+: \{.*\w/.test(line))
    expect(crowded).toEqual([])
  })

  test('no page carries Chinese text of its own', () => {
    const pages = sources.filter((source) =>
      /<template>[\s\S]*[\u4e00-\u9fff]/.test(source.replace(/<!--[\s\S]*?-->/g, '').replace("'中文'", '')),
    )
    expect(pages).toEqual([])
  })

  test('nor Chinese marks, which are in the catalogues', () => {
    const comments = /<!--[\s\S]*?-->|\/\*[\s\S]*?\*\/|\/\/.*/g
    const pages = screens.filter((_, index) =>
      MARKS.test(sources[index]?.replace(comments, '').replace('[：:]', '') ?? ''),
    )
    expect(pages).toEqual([])
  })
})
