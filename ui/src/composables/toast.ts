// Toasts: what was done, in the corner, with what can be done next. Errors stay until they are closed.
import { reactive } from 'vue'

/** How long a toast stays, in milliseconds. */
const STAY_MS = 8_000
/** How many are shown at once; an older one makes room. */
const AT_ONCE = 2

export interface ToastAction {
  label: string
  run: () => void
}

export interface Toast {
  kind: 'ok' | 'bad' | 'info'
  text: string
  actions?: ToastAction[]
}

export const toasts: (Toast & { id: number })[] = reactive([])
let next = 0

export function toast(shown: Toast): void {
  const id = ++next
  toasts.push({ ...shown, id })
  if (toasts.length > AT_ONCE) toasts.shift()
  if (shown.kind !== 'bad') setTimeout(() => dismiss(id), STAY_MS)
}

export function dismiss(id: number): void {
  const place = toasts.findIndex((shown) => shown.id === id)
  if (place >= 0) toasts.splice(place, 1)
}
