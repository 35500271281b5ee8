// Toasts: what was done, with whom, and what can be done next. They stand in a place of their own and cover nothing.
// An error goes when what it is about works, or after a while; Esc closes all, before it does anything on the page.
import { reactive } from 'vue'
import { onDone, Refusal } from '@/api/transport'

/** How long a toast stays, in milliseconds. */
const STAY_MS = 8_000
/** How long an error stays, in milliseconds: long enough to read two sentences twice. */
const STAY_BAD_MS = 30_000
/** How many are shown at once; an older one makes room. */
const AT_ONCE = 2

export interface ToastAction {
  label: string
  /** The key that does the same. */
  hint?: string
  /** Whether the toast stays for another of its actions. */
  stays?: boolean
  run: () => void
}

export interface Toast {
  kind: 'ok' | 'bad' | 'info'
  text: string
  actions?: ToastAction[]
  /** The command that was refused: once it is done, the words are no longer true. */
  of?: string
}

export const toasts: (Toast & { id: number })[] = reactive([])
let next = 0

export function toast(shown: Toast): void {
  const id = ++next
  // The same words again are not a second message.
  const alike = toasts.findIndex((one) => one.text === shown.text && one.kind === shown.kind)
  if (alike >= 0) toasts.splice(alike, 1)
  toasts.push({ ...shown, id })
  if (toasts.length > AT_ONCE) toasts.shift()
  setTimeout(() => dismiss(id), shown.kind === 'bad' ? STAY_BAD_MS : STAY_MS)
}

export function dismiss(id: number): void {
  const place = toasts.findIndex((shown) => shown.id === id)
  if (place >= 0) toasts.splice(place, 1)
}

/** Whether a problem was among them, which Escape is for then; what went well holds nobody on the page. */
export function dismissAll(): boolean {
  return toasts.splice(0).some((shown) => shown.kind === 'bad')
}

/** Says what went wrong, until the same command is done. */
export function toastFailure(error: unknown): void {
  const of = error instanceof Refusal ? error.command : undefined
  toast({ kind: 'bad', text: error instanceof Error ? error.message : String(error), of })
}

/** What was wrong is mended: the command was done. */
onDone((command) => {
  for (const { id, of } of [...toasts]) if (of === command) dismiss(id)
})
