// Data: what changed, here or in another program on this PC, is looked for, and makes answers (answers.ts) old.
import { reactive } from 'vue'
import { api } from '@/api/client'
import { Refusal } from '@/api/transport'
import { say } from '@/locales/sentences'
import { changed } from './answers'
import { toastFailure } from './toast'

/** How often another program's changes are looked for, in milliseconds. */
const POLL_MS = 2_000
/** How often a job is asked how far it is, in milliseconds. */
const JOB_MS = 200

export const changes = reactive({
  version: 0,
  toReview: 0,
  toNotify: 0,
  toAcknowledge: 0,
  toVerify: 0,
  toReply: 0,
  reachable: true,
})

let asked = 0
let answered = 0
/** Asks what changed; `anew`: tells the counts whether anything did or not. An answer that a later one has overtaken says
 * nothing any more. */
export async function refresh(anew = false): Promise<void> {
  const mine = ++asked
  try {
    const answer = await api.changesSince({ version: anew ? 0 : changes.version })
    if (mine < answered) return
    answered = mine
    if (answer.counts) {
      changes.toReview = answer.counts.to_review
      changes.toNotify = answer.counts.to_notify
      changes.toAcknowledge = answer.counts.to_acknowledge
      changes.toVerify = answer.counts.to_verify
      changes.toReply = answer.counts.to_reply
    }
    if (changes.version !== answer.version) await changed(answer.topics)
    if (mine < answered) return
    changes.version = answer.version
    changes.reachable = true
  } catch (error) {
    if (mine > answered) changes.reachable = !(error instanceof Refusal && error.body.code === 'unreachable')
  }
}

let polling = 0
export function startPolling(): void {
  window.clearInterval(polling)
  void refresh()
  polling = window.setInterval(() => void refresh(), POLL_MS)
}

/** Does something, says what went wrong if it did, and lets every page ask again. */
export async function act<T>(what: () => Promise<T>): Promise<T | undefined> {
  try {
    const result = await what()
    await refresh()
    return result
  } catch (error) {
    toastFailure(error)
    return undefined
  }
}

export interface JobView {
  done: number
  total: number
  label: string
}

/** Follows a job to its end. `undefined`: cancelled. */
export async function followJob<T>(job: number, show: (view: JobView) => void): Promise<T | undefined> {
  for (;;) {
    const status = await api.jobStatus({ job })
    show({ done: status.done, total: status.total, label: status.step ? say(status.step) : '' })
    if (status.state === 'finished') return status.result as T
    if (status.state === 'cancelled') return undefined
    if (status.state === 'failed' && status.error) throw new Refusal(status.error)
    await new Promise((resolve) => setTimeout(resolve, JOB_MS))
  }
}
