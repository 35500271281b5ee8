// Reminders before the deadlines of tasks, and alarms of orders' clocks, asked for as long as the program is open: what was
// missed in sleep is told at once after it. They say how many, never who: they may stand on a locked screen.
import { api } from '@/api/client'
import { i18n } from '@/i18n'
import { announce } from './announce'

/** How often deadlines are looked for, in milliseconds. */
const LOOK_MS = 30_000

const { t } = i18n.global

/** Looks whether a deadline comes near, or is over, and which clocks ring. What cannot be asked now is asked again. */
async function remind(): Promise<void> {
  const [{ near, over }, { alarms }] = await Promise.all([
    api.taskReminders().catch(() => ({ near: 0, over: 0 })),
    api.orderAlarms().catch(() => ({ alarms: [] })),
  ])
  const ranOut = alarms.filter((alarm) => alarm.mark === 'due').length
  const runOut = alarms.length - ranOut
  const words = [
    ...(ranOut ? [t('announce.ranOut', { n: ranOut })] : []),
    ...(runOut ? [t('announce.runOut', { n: runOut })] : []),
    ...(over ? [t('announce.overdue', { n: over })] : []),
    ...(near ? [t('announce.near', { n: near })] : []),
  ]
  if (words.length) announce(words.join(t('app.list')), alarms.length ? '/orders' : '/tasks?pressing=1')
}

let looking = 0
export function startReminding(): void {
  window.clearInterval(looking)
  void remind()
  looking = window.setInterval(() => void remind(), LOOK_MS)
}
