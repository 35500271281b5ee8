// What the program's sources say: which codes there are, with what values.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const CRATES = ['domain', 'store', 'workstation', 'documents', 'protocol', 'sync'].map((crate) =>
  join('..', 'crates', crate, 'src'),
)

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? files(path) : entry.name.endsWith('.rs') ? [path] : []
  })
}

/** Without what is kept from the screens, texts, comments and attributes: what is left has no brackets but the code's. */
function bare(source: string): string {
  return source
    .replace(/#\[serde\(skip\)\]\s*\w+(?:: |\()[^\n]*\n/g, '')
    .replace(/"(?:[^"\\]|\\.)*"/gs, '""')
    .replace(/\/\/[^\n]*/g, '')
    .replace(/#!?\[[^\]]*\]/g, '')
}

const sources = CRATES.flatMap(files).map((path) => readFileSync(path, 'utf8'))
const bares = sources.map(bare)

const snake = (name: string) => name.replace(/\B[A-Z]/g, (letter) => `_${letter}`).toLowerCase()

type Values = Map<string, string>

/** The variants of an enum by name, each with its values and their types; nothing where none of the sources has it. */
function named(name: string, within: string[]): [string, Values][] | undefined {
  const begin = new RegExp(String.raw`\benum ${name} \{([\s\S]*?)\n\}`)
  const body = within.map((source) => begin.exec(source)?.[1]).find((found) => found !== undefined)
  if (body === undefined) return undefined
  const values = (fields = '') =>
    new Map([...fields.matchAll(/(\w+): ([\w<>]+)/g)].map(([, field = '', type = '']) => [field, type]))
  const found = [...body.matchAll(/([A-Z]\w*)\s*(?:\{([^}]*)\}|\([^)]*\))?\s*,/g)]
  return found.map(([, variant = '', fields]) => [variant, values(fields)])
}

/** The variants of an enum by code, each with its values and their types; nothing where there is no such enum. */
export function variants(name: string): Map<string, Values> | undefined {
  const found = named(name, bares)
  return found && new Map(found.map(([variant, values]) => [snake(variant), values]))
}

/** The errors of a file that have named values, by the codes that its function `code` gives them. */
export function errors(path: string): { code: string; values: Values }[] {
  const source = readFileSync(join('..', 'crates', path), 'utf8')
  const given = new Map(
    [...source.matchAll(/\bError::(\w+)(?: \{ \.\. \}|\(_\))? => "(\w+)"/g)].map(([, variant = '', code = '']) => [
      variant,
      code,
    ]),
  )
  const found = named('Error', [bare(source)]) ?? []
  return found
    .filter(([, values]) => values.size)
    .map(([variant, values]) => ({ code: given.get(variant) ?? variant, values }))
}

/** The enums that have sentences in a catalogue. */
export function said(): { name: string; catalogue: string }[] {
  const begin = /impl Said for (\w+) \{\s*const CATALOGUE: Catalogue = Catalogue::(\w+);/g
  return sources.flatMap((source) =>
    [...source.matchAll(begin)].map(([, name = '', catalogue = '']) => ({ name, catalogue: snake(catalogue) })),
  )
}

/** The codes of what a host refuses by itself. */
export function hosts(): string[] {
  const sources = ['crates/cli/src/serve/routes.rs', 'src-tauri/src/lib.rs'].map((path) =>
    readFileSync(join('..', path), 'utf8'),
  )
  const given = /(?:ErrorBody::new\(|failure\(\s*StatusCode::\w+,)\s*"(\w+)"/g
  return sources.flatMap((source) => [...source.matchAll(given)].map(([, code = '']) => code))
}

/** Codes that stand each beside its words: `("id_same", "证件号码一致")`. */
export function worded(path: string): string[] {
  const source = readFileSync(join('..', 'crates', path), 'utf8')
  return [...source.matchAll(/=> \("(\w+)", "/g)].map(([, code = '']) => code)
}

/** The codes that a function `code` gives in a file. */
export function codes(path: string): string[] {
  const source = readFileSync(join('..', 'crates', path), 'utf8')
  const body = source.slice(source.indexOf('pub fn code(&self)')).split('\n    }\n')[0] ?? ''
  return [...body.matchAll(/=> "(\w+)"/g)].map(([, code = '']) => code)
}
