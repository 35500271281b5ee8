// What a clerk does with single keys, in the order in which it was done. A key that is pressed while something is still
// being written waits in line and is shown; none is lost, and none is done twice. Where one of them fails, those behind it
// stand on what did not happen: they are dropped, with a word.
import { reactive } from 'vue'
import { i18n } from '@/i18n'
import { refresh } from './data'
import { toast, toastFailure } from './toast'

const { t } = i18n.global

/** `waiting`: how many wait behind the one being done; `settled`: counts up whenever all are done and asked about again. */
export const line = reactive({ waiting: 0, settled: 0 })

/** Those that wait, in order: told whether it is their turn or they are dropped. */
let behind: ((turn: boolean) => void)[] = []
let working = false

async function turn(): Promise<boolean> {
  if (!working) {
    working = true
    return true
  }
  const mine = new Promise<boolean>((resolve) => behind.push(resolve))
  line.waiting = behind.length
  return mine
}

function next(): void {
  const first = behind.shift()
  line.waiting = behind.length
  if (first) return first(true)
  working = false
  void refresh().then(() => {
    if (!working) line.settled += 1
  })
}

function drop(): void {
  const dropped = behind
  behind = []
  if (dropped.length > 0) toast({ kind: 'info', text: t('keys.dropped', { n: dropped.length }) })
  dropped.forEach((tell) => tell(false))
}

/** Does something after all that was asked for before it. `undefined`: it failed, which was said, or was dropped. */
export async function inLine<T>(what: () => Promise<T>): Promise<T | undefined> {
  if (!(await turn())) return undefined
  try {
    return await what()
  } catch (error) {
    toastFailure(error)
    drop()
    return undefined
  } finally {
    next()
  }
}
