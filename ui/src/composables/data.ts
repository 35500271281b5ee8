// Data: pages ask for what they show and ask again when anything changed, here or in another program on this PC.
import { reactive, ref, shallowRef, watch, type Ref } from 'vue'
import { api } from '@/api/client'
import { Refusal } from '@/api/transport'
import { toastFailure } from './toast'

/** How often another program's changes are looked for, in milliseconds. */
const POLL_MS = 2_000
/** How often a job is asked how far it is, in milliseconds. */
const JOB_MS = 200

export const changes = reactive({ version: 0, toReview: 0, toNotify: 0, toAcknowledge: 0, reachable: true })

let asked = 0
let answered = 0
/** Asks what changed. An answer that a later one has overtaken says nothing any more. */
export async function refresh(): Promise<void> {
  const mine = ++asked
  try {
    const answer = await api.changesSince({ version: changes.version })
    if (mine < answered) return
    answered = mine
    changes.toReview = answer.to_review
    changes.toNotify = answer.to_notify
    changes.toAcknowledge = answer.to_acknowledge
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

export interface Query<T> {
  data: Ref<T | undefined>
  error: Ref<string | undefined>
  loading: Ref<boolean>
  reload: () => Promise<void>
}

/** What a page shows: asked now, when `key` changes, and when the data does. The last answer wins. */
export function useQuery<T>(ask: () => Promise<T> | undefined, key: () => unknown = () => 0): Query<T> {
  const data = shallowRef<T>()
  const error = ref<string>()
  const loading = ref(true)
  let newest = 0
  async function reload(): Promise<void> {
    const mine = ++newest
    const asked = ask()
    if (!asked) {
      data.value = undefined
      loading.value = false
      return
    }
    try {
      const answer = await asked
      if (mine === newest) {
        data.value = answer
        error.value = undefined
      }
    } catch (failed) {
      if (mine === newest) error.value = failed instanceof Error ? failed.message : String(failed)
    } finally {
      if (mine === newest) loading.value = false
    }
  }
  watch([key, () => changes.version], () => void reload(), { immediate: true, deep: true })
  return { data, error, loading, reload }
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
    show({ done: status.done, total: status.total, label: status.label })
    if (status.state === 'finished') return status.result as T
    if (status.state === 'cancelled') return undefined
    if (status.state === 'failed' && status.error) throw new Refusal(status.error)
    await new Promise((resolve) => setTimeout(resolve, JOB_MS))
  }
}
