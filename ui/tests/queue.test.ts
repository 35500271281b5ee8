// The queues' room: what pages have in common is said in parts/queue, and keys, buttons, hints and help are one list.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { effectScope } from 'vue'
import { describe, expect, test, vi } from 'vitest'
import type { KeyAction } from '@/composables/keys'
import type { Selection } from '@/composables/selection'
import type { Windowed } from '@/composables/window'
import { hintsOf } from '@/parts/queue/commands'
import { defineQueue, type Asked, type Rows } from '@/parts/queue/queue'
import { STAGES } from '@/parts/queue/tone'

const heard = vi.hoisted(() => [] as KeyAction[])
vi.mock('@/api/client', () => ({ api: {} }))
vi.mock('@/composables/keys', () => ({ useKeys: (actions: KeyAction[]) => heard.push(...actions) }))

/** Lines that two pages of queues may share: the imports and the frame of any page. */
const SHARED = 15
/** A line that says something: not a bracket, the end of a block, a closing tag, or the frame of any component. */
const SAYS = /^(?!<\/|<(script|template|style)\b).*\w{3,}.*\w{3,}/

function pages(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return pages(path)
    return entry.name.endsWith('.vue') && readFileSync(path, 'utf8').includes('defineQueue(') ? [path] : []
  })
}
function lines(path: string): Set<string> {
  const all = readFileSync(path, 'utf8').split('\n')
  return new Set(all.map((line) => line.trim()).filter((line) => SAYS.test(line)))
}

describe('the pages of queues', () => {
  const queues = pages(join('src', 'areas'))
  test('stand on the room', () => {
    expect(queues.length).toBeGreaterThanOrEqual(4)
  })
  const pairs = queues.flatMap((one, place) => queues.slice(place + 1).map((other): [string, string] => [one, other]))
  test.each(pairs)('%s and %s say little twice', (one, other) => {
    const others = lines(other)
    const same = [...lines(one)].filter((line) => others.has(line))
    expect(same.length, same.join('\n')).toBeLessThanOrEqual(SHARED)
  })
})

/** A queue of one row on a page that says what Escape and A do. */
function queue(said: string[]) {
  const chosen = {
    current: { value: 'a' },
    move: (step: number) => said.push(`move ${step}`),
    toggle: (id: string) => said.push(`toggle ${id}`),
    all: () => Promise.resolve(said.push('all')),
    ticked: new Set(['a']),
  } as unknown as Selection
  const asked = { list: {} as Windowed<Rows>, chosen } as Asked<Rows>
  return effectScope().run(() =>
    defineQueue(asked, {
      kind: 'test',
      title: () => '',
      name: (row) => row.id,
      keys: [
        { key: 'A', label: () => 'act', at: 'card', hint: () => 'acts', run: () => said.push('act') },
        { key: 'Shift+A', label: () => 'act on all', hint: () => 'acts', run: () => said.push('act on all') },
        { key: 'Escape', label: () => 'leave', run: () => said.push('leave') },
      ],
      exports: () => [{ label: 'whole list', run: () => said.push('export') }],
      nothing: () => ({ title: '', text: '', ways: [] }),
    }),
  )
}

describe('one list of commands', () => {
  const said: string[] = []
  const made = queue(said)
  const press = (key: string) => {
    const found = made?.keys.filter((command) => command.key === key) ?? []
    expect(found.length, key).toBe(1)
    found[0]?.run()
  }

  test('a page comes before what all queues do, and every key does one thing', () => {
    for (const key of ['ArrowDown', 'A', 'Shift+A', 'Space', 'Escape', 'E']) press(key)
    expect(said).toEqual(['move 1', 'act', 'act on all', 'toggle a', 'leave', 'export'])
  })

  test('what is said below the list follows from the commands, once for each words', () => {
    const hints = hintsOf(made?.keys ?? [])
    expect(hints.find(({ words }) => words === 'acts')?.keys).toEqual(['A', 'Shift+A'])
    expect(new Set(hints.map(({ words }) => words)).size).toBe(hints.length)
  })

  test('each of them holds as a key, which the help lists', () => {
    expect(heard.map(({ key, label }) => [key, label()])).toEqual(made?.keys.map(({ key, label }) => [key, label()]))
  })
})

test('stages have one order', () => {
  expect(STAGES).toEqual(['pending', 'to_notify', 'notified', 'collected', 'rejected'])
})
