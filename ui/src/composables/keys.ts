// Keys: each page says which keys do what; the frame shows them on "?". Typing into a field is never a command.
import { onBeforeUnmount, reactive } from 'vue'

export interface KeyAction {
  /** As on the keyboard: `A`, `Enter`, `ArrowDown`, `Ctrl+Z`, `?`. */
  key: string
  /** What it does, already in the user's language. */
  label: () => string
  run: (event: KeyboardEvent) => void
  /** Also while typing (Ctrl+K, Escape). */
  whileTyping?: boolean
}

const layers: KeyAction[][] = reactive([])

function typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  )
}

function name(event: KeyboardEvent): string {
  const key = event.key === ' ' ? 'Space' : event.key.length === 1 ? event.key.toUpperCase() : event.key
  // Shift counts where it changes the meaning: with a letter or a named key, not with what needs it to be typed (?).
  const shift = event.shiftKey && (event.key.length > 1 || /^[A-Z]$/.test(key)) ? 'Shift+' : ''
  return `${event.ctrlKey || event.metaKey ? 'Ctrl+' : ''}${event.altKey ? 'Alt+' : ''}${shift}${key}`
}

function onKey(event: KeyboardEvent): void {
  if (event.isComposing) return
  const pressed = name(event)
  const inField = typing(event.target)
  const inDialog = document.querySelector('.el-overlay:not([style*="display: none"]) .el-dialog') !== null
  for (const layer of [...layers].reverse()) {
    const action = layer.find(
      (candidate) => candidate.key === pressed && (candidate.whileTyping || (!inField && !inDialog)),
    )
    if (action) {
      // Space and Enter on a focused button press that button.
      if (event.target instanceof HTMLButtonElement && ['Enter', 'Space'].includes(pressed)) return
      event.preventDefault()
      action.run(event)
      return
    }
  }
}

window.addEventListener('keydown', onKey)

/** Adds keys for as long as the calling component lives. */
export function useKeys(actions: KeyAction[]): void {
  layers.push(actions)
  onBeforeUnmount(() => {
    const place = layers.findIndex((layer) => layer[0]?.run === actions[0]?.run)
    if (place >= 0) layers.splice(place, 1)
  })
}

/** All keys there are now: the page's, and those that hold everywhere. */
export function keysNow(): { page: KeyAction[]; everywhere: KeyAction[] } {
  return { page: layers.slice(1).flat(), everywhere: layers[0] ?? [] }
}
