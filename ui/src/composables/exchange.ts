// How it stands with the district: asked for as long as the program is open, and more often while an exchange runs.
import { shallowRef } from 'vue'
import { api } from '@/api/client'
import type { ExchangeState } from '@/api/types/ExchangeState'
import { lookForNews } from './announce'
import { act, refresh } from './data'

/** How often the state is asked for, in milliseconds. */
const POLL_MS = 2_000
/** How often while an exchange runs or was just asked for, in milliseconds. */
const RUNNING_MS = 400
/** How long after asking for an exchange it is looked at often, in milliseconds. */
const HURRY_MS = 5_000

export const exchange = shallowRef<ExchangeState>()

let timer = 0
let newest = 0
let hurryUntil = 0

/** Asks now, and goes on asking; who asked before and still waits, leaves it to this. What the program does not answer, the frame shows. */
export async function followExchange(): Promise<void> {
  window.clearTimeout(timer)
  const mine = ++newest
  const before = exchange.value
  const state = await api.exchangeState().catch(() => before)
  if (mine !== newest) return
  exchange.value = state
  if (exchange.value) lookForNews(exchange.value)
  const running = exchange.value?.phase === 'running'
  if (before?.phase === 'running' && !running) void refresh()
  timer = window.setTimeout(() => void followExchange(), running || Date.now() < hurryUntil ? RUNNING_MS : POLL_MS)
}

/** Exchanges now; what goes wrong stands in the state. */
export async function exchangeNow(): Promise<void> {
  if (!(await act(() => api.exchangeNow()))) return
  hurryUntil = Date.now() + HURRY_MS
  await followExchange()
}

/** Part of the way, in per cent; undefined where it is not known. */
export function percent(state: ExchangeState | undefined): number | undefined {
  const { received, last } = state?.progress ?? { received: 0, last: 0 }
  return last > 0 ? Math.floor((received / last) * 100) : undefined
}
