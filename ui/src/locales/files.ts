// Catalogues by the names of their files.

export type Messages = { [key: string]: string | string[] | Messages }

/** What each file says, under its name without the ending. */
export function byArea(files: Record<string, object>): Record<string, Messages> {
  const named = Object.entries(files).map(([path, messages]) => [path.slice('./'.length, -'.ts'.length), messages])
  return Object.fromEntries(named) as Record<string, Messages>
}
