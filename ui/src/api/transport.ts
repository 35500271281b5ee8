// How the screens reach the workstation: through the window's IPC, or the loopback server. Nothing else here knows which.
import { say } from '@/locales/sentences'
import type { ErrorBody } from './types/ErrorBody'

interface TauriInternals {
  invoke<T>(command: string, args?: unknown, options?: { headers: Record<string, string> }): Promise<T>
}

declare global {
  interface Window {
    __TAURI_INTERNALS__?: TauriInternals
  }
}

/** A refusal of the workstation: a stable code, values for the sentence, and the sentence in the clerk's language. */
export class Refusal extends Error {
  /** The command that was refused. */
  command?: string

  constructor(readonly body: ErrorBody) {
    super(say(body))
  }
}

/** Whether this is the desktop window, and not a browser. */
export function inWindow(): boolean {
  return window.__TAURI_INTERNALS__ !== undefined
}

const OURS = { 'x-linli': '1' }

function refusal(reason: unknown): Refusal {
  if (typeof reason === 'object' && reason !== null && 'code' in reason) return new Refusal(reason as ErrorBody)
  const text = '程序没有响应，请重新打开。已保存的数据都在。'
  return new Refusal({ catalogue: 'refusals', code: 'unreachable', values: {}, text, retry: true })
}

async function answer(response: Response): Promise<Response> {
  if (response.ok) return response
  throw refusal(await response.json().catch(() => null))
}

async function send(path: string, init: RequestInit): Promise<Response> {
  const response = await fetch(path, init).catch(() => {
    throw refusal(null)
  })
  return answer(response)
}

const told: ((command: string) => void)[] = []

/** Tells of every command that was done. */
export function onDone(tell: (command: string) => void): void {
  told.push(tell)
}

export async function call<T>(name: string, request: unknown): Promise<T> {
  try {
    const result = await carry<T>(name, request)
    for (const tell of told) tell(name)
    return result
  } catch (error) {
    if (error instanceof Refusal) error.command = name
    throw error
  }
}

async function carry<T>(name: string, request: unknown): Promise<T> {
  const tauri = window.__TAURI_INTERNALS__
  if (tauri) {
    return tauri.invoke<T>('call', { name, request }).catch((reason) => {
      throw refusal(reason)
    })
  }
  const init = { method: 'POST', headers: { ...OURS, 'content-type': 'application/json' }, body: JSON.stringify(request) }
  return (await send(`api/call/${name}`, init)).json()
}

/** How long is waited for a file that another program holds, in ms: a virus scanner lets go within a second. */
const HELD_WAITS = [100, 300, 900]

async function content(file: File): Promise<Uint8Array<ArrayBuffer>> {
  for (const wait of HELD_WAITS) {
    const bytes = await file.arrayBuffer().catch(() => null)
    if (bytes) return new Uint8Array(bytes)
    await new Promise((resolve) => setTimeout(resolve, wait))
  }
  return new Uint8Array(
    await file.arrayBuffer().catch(() => {
      const text = `“${file.name}”正被别的程序打开着，或者刚被改动，请关闭它、重新选择；什么也没有丢失。`
      throw new Refusal({ catalogue: 'refusals', code: 'file_held', values: { path: file.name }, text, retry: true })
    }),
  )
}

/** Hands a chosen file over; it stays in the program's memory. */
export async function upload(file: File): Promise<string> {
  const bytes = await content(file)
  const headers = { 'x-file-name': encodeURIComponent(file.name) }
  const tauri = window.__TAURI_INTERNALS__
  if (tauri) {
    const { token } = await tauri.invoke<{ token: string }>('upload', bytes, { headers })
    return token
  }
  const response = await send('api/upload', { method: 'POST', headers: { ...OURS, ...headers }, body: bytes })
  return ((await response.json()) as { token: string }).token
}

/** A notification of the system's. Rejected where the system, or the browser, shows none. `open`: it was clicked (in a
 * browser; in the window, the click only closes it). */
export async function systemNotice(title: string, text: string, open: () => void): Promise<void> {
  const tauri = window.__TAURI_INTERNALS__
  if (tauri) return tauri.invoke<undefined>('announce', { title, text })
  if (!('Notification' in window) || Notification.permission !== 'granted') throw new Error('no notifications')
  // A newer notice takes the place of the one before: never a pile of them.
  const notice = new Notification(title, { body: text, tag: 'linli' })
  notice.onclick = () => {
    window.focus()
    open()
    notice.close()
  }
}

/** The bytes of a laid-out document. */
export async function fileBytes(token: string): Promise<ArrayBuffer> {
  const tauri = window.__TAURI_INTERNALS__
  if (tauri) return tauri.invoke<ArrayBuffer>('file', { token })
  return (await send(`api/file/${token}`, { headers: OURS })).arrayBuffer()
}
