// Moments as they stand on the screens, from local times as the program writes them: `2020-02-02T13:24:00`.

/** What the clock of the office is ahead of the world's, in milliseconds: nowhere in China is there another one. */
const AHEAD_MS = 8 * 3_600_000

/** The year it is now. */
const thisYear = (): string => new Date(Date.now() + AHEAD_MS).toISOString().slice(0, 4)

/** `02-02 13:24`; where it is not of this year, `2020-02-02 13:24`. */
export function short(at: string, year = thisYear()): string {
  return at.slice(at.startsWith(`${year}-`) ? 5 : 0, 16).replace('T', ' ')
}
