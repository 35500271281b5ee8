// How much time is left for an answer, as clerks say it.
import { i18n } from '@/i18n'

const { t } = i18n.global
const HOUR = 60
const DAY = 24 * HOUR
/** From how many minutes on it presses. */
const PRESSING = 2 * HOUR

function long(minutes: number): string {
  const [days, hours] = [Math.floor(minutes / DAY), Math.floor(minutes / HOUR)]
  if (days > 0) return t('tasks.days', { d: days, h: hours % 24 })
  if (hours > 0) return t('tasks.hours', { h: hours, m: minutes % HOUR })
  return t('tasks.minutes', { m: minutes })
}

/** `还剩 3 小时 20 分`, `已超 40 分钟`; minutes until the deadline, negative once it is over. */
export function timeLeft(minutes: number): string {
  return minutes < 0 ? t('tasks.over', { time: long(-minutes) }) : t('tasks.left', { time: long(minutes) })
}

/** How much it presses. */
export function pressing(minutes: number | null): 'over' | 'soon' | undefined {
  if (minutes === null || minutes >= PRESSING) return undefined
  return minutes < 0 ? 'over' : 'soon'
}

/** The time of a day: `13:24`. */
export const clock = (at: string): string => at.slice(11, 16)
