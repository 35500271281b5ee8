// New registrations from the residents' form: one notice for each exchange that brought some, with a sound and a
// notification of the system's. It says how many, never who: it may stand on a locked screen.
import { inWindow, systemNotice } from '@/api/transport'
import type { ExchangeState } from '@/api/types/ExchangeState'
import { i18n } from '@/i18n'
import { router } from '@/router'
import { settings } from './settings'
import { toast } from './toast'

/** Two short tones, in hertz. */
const TONES = [880, 1175]
/** How long a tone is, in seconds. */
const TONE_S = 0.16
/** How loud it is, of 1. */
const LOUD = 0.22

const { t } = i18n.global
/** What the exchange before the last one left. */
let before: { at: string | null; count: number } | undefined

/** Looks whether the last exchange brought registrations. The very first one does not count: it brings everything. */
export function lookForNews(state: ExchangeState): void {
  const now = { at: state.last_success, count: state.registrations }
  const fresh = before?.at && now.at !== before.at ? now.count - before.count : 0
  before = now
  if (fresh > 0 && settings.announce) announce(t('announce.registrations', { n: fresh }))
}

/** Sound and notice that leads to a page; where the system shows none, the window does. */
export function announce(text: string, to = '/today'): void {
  sound()
  const open = () => void router.push(to)
  systemNotice(t('app.name'), text, open).catch(() =>
    toast({ kind: 'info', text, actions: [{ label: t('announce.open'), run: open }] }),
  )
}

/** Asks the browser for permission where it wants to be asked: only right after a click. The window needs none. */
export async function mayAnnounce(): Promise<boolean> {
  if (inWindow()) return true
  if (!('Notification' in window)) return false
  return (await Notification.requestPermission()) === 'granted'
}

function sound(): void {
  // A browser lets nothing sound before the first click; then it is silent, and the notice is there all the same.
  const context = new AudioContext()
  void context.resume().catch(() => undefined)
  TONES.forEach((tone, index) => {
    const [begins, ends] = [context.currentTime + index * TONE_S, context.currentTime + (index + 1) * TONE_S]
    const oscillator = new OscillatorNode(context, { frequency: tone })
    const volume = new GainNode(context, { gain: 0 })
    volume.gain.setValueAtTime(0, begins)
    volume.gain.linearRampToValueAtTime(LOUD, begins + TONE_S / 8)
    volume.gain.linearRampToValueAtTime(0, ends)
    oscillator.connect(volume).connect(context.destination)
    oscillator.start(begins)
    oscillator.stop(ends)
    if (index === TONES.length - 1) oscillator.onended = () => void context.close()
  })
}
