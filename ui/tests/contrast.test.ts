// Text is readable in both themes: every colour of text on every ground it stands on has a contrast of at least 4.5
// (WCAG 2.2, 1.4.3).
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const css = readFileSync(fileURLToPath(new URL('../src/style/tokens.css', import.meta.url)), 'utf8')
const LEAST = 4.5
const grounds = ['bg', 'surface', 'surface-2', 'hover', 'accent-soft'] as const
const pairs: [string, string][] = [
  ...['text', 'text-2', 'text-3'].flatMap((text) => grounds.map((ground): [string, string] => [text, ground])),
  ...['ok', 'warn', 'bad', 'info'].map((status): [string, string] => [status, `${status}-soft`]),
  ['accent', 'surface'],
  ['accent', 'bg'],
  ['accent-strong', 'accent-soft'],
  ['surface', 'accent'],
  ['bad', 'surface'],
]

function tokens(selector: string): Record<string, string> {
  const block = css.slice(css.indexOf(selector)).split('}')[0] ?? ''
  const named = [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)]
  return Object.fromEntries(named.map(([, name = '', colour = '']): [string, string] => [name, colour]))
}
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5]
    .map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

describe.each([':root {', 'html.dark {'])('%s', (selector) => {
  const colours = tokens(selector)
  it.each(pairs)('%s on %s', (text, ground) => {
    expect(contrast(colours[text] ?? '', colours[ground] ?? '')).toBeGreaterThanOrEqual(LEAST)
  })
})
