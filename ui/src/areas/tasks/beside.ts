// What sources wrote, beside what the roster has: what several wrote alike stands there once.
import type { AskedRow } from '@/api/types/AskedRow'
import type { Revealed } from '@/api/types/Revealed'

/** A value, and who wrote it. */
export interface Wrote {
  value: string
  by: string[]
  /** Whether it contradicts what the roster has. */
  differs: boolean
}

/** Whether two numbers may be the same as far as both can be seen. */
function fits(one: string, other: string): boolean {
  if (one.length !== other.length) return false
  return [...one].every((digit, place) => [digit, other[place]].includes('*') || digit === other[place])
}

/** One of several phones of a cell. */
const fitsOne = (value: string, roster: string) =>
  fits(value, roster) || value.split(/[^0-9*+-]+/).some((one) => fits(one, roster))

/** What sources wrote, once for all that wrote alike, beside a value of the roster's. */
function wrote(
  asked: AskedRow[],
  of: (row: AskedRow) => string | null | undefined,
  roster?: string | null,
  agrees = fits,
): Wrote[] {
  const all: Wrote[] = []
  for (const row of asked) {
    const value = of(row)
    if (!value) continue
    const known = all.find((one) => one.value === value)
    if (known) known.by.push(row.source)
    else all.push({ value, by: [row.source], differs: !!roster && !agrees(value, roster) })
  }
  return all
}

/** Name, number and phone as they were written, in clear where they are shown so. */
export function written(
  asked: AskedRow[],
  clear: Record<string, Revealed>,
  roster?: { name: string; document: string | null; phone: string | null },
) {
  return {
    name: wrote(asked, ({ name }) => name, roster?.name),
    document: wrote(asked, ({ id, document }) => clear[id]?.document_number ?? document, roster?.document),
    phone: wrote(asked, ({ id, phone }) => clear[id]?.phone ?? phone, roster?.phone, fitsOne),
  }
}
