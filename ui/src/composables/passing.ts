// Time that is left grows less although nothing changes: what says it is asked for anew.
import { onBeforeUnmount } from 'vue'
import type { Topic } from '@/api/types/Topic'
import { changed } from './answers'

/** How often it is asked for, in milliseconds. */
const MINUTE_MS = 60_000

/** Asks for these again every minute, for as long as the calling page lives. */
export function usePassing(topic: Topic, reload: () => Promise<void>): void {
  const passing = window.setInterval(() => void changed([topic]).then(reload), MINUTE_MS)
  onBeforeUnmount(() => window.clearInterval(passing))
}
