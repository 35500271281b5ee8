// Keys: each page says which keys do what; the frame shows them on "?". Typing into a field is never a command, nor is what
// the input method takes (inputMethod.ts), nor a key that is held down, except to move.
import { onBeforeUnmount, reactive, watch } from 'vue'
import { takenByInputMethod } from './inputMethod'

export interface KeyAction {
  /** As on the keyboard: `A`, `Enter`, `ArrowDown`, `Ctrl+Z`, `?`. */
  key: string
  /** What it does, already in the user's language. */
  label: () => string
  run: (event: KeyboardEvent) => void
  /** Also while typing (Ctrl+K, Escape). */
  whileTyping?: boolean | (() => boolean)
}

interface Layer {
  actions: KeyAction[]
  /** A dialog's: while it is open, no other layer's keys do anything. */
  modal: boolean
}

/** Keys that go on while they are held down. */
const MOVES = /(Arrow\w+|Page\w+|Home|End)$/

const layers: Layer[] = reactive([])

/** Inputs into which nothing is typed: a ticked box must not swallow the keys after it. */
const NO_TEXT = ['checkbox', 'button', 'submit', 'file']

function typing(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !NO_TEXT.includes(target.type)
  return target instanceof HTMLElement && (target.isContentEditable || ['TEXTAREA', 'SELECT'].includes(target.tagName))
}

function pressable(target: EventTarget | null): boolean {
  return target instanceof HTMLButtonElement || (target instanceof HTMLInputElement && NO_TEXT.includes(target.type))
}

function name(event: KeyboardEvent): string {
  const key = event.key === ' ' ? 'Space' : event.key.length === 1 ? event.key.toUpperCase() : event.key
  // Shift counts where it changes the meaning: with a letter or a named key, not with what needs it to be typed (?).
  const shift = event.shiftKey && (event.key.length > 1 || /^[A-Z]$/.test(key)) ? 'Shift+' : ''
  return `${event.ctrlKey || event.metaKey ? 'Ctrl+' : ''}${event.altKey ? 'Alt+' : ''}${shift}${key}`
}

/** The layers that may act, the newest first. */
function listening(): Layer[] {
  const newest = [...layers].reverse()
  const dialog = newest.find((layer) => layer.modal)
  return dialog ? [dialog] : newest
}

/** A dialog that is open; not one that is on its way out. */
const DIALOG = '.el-overlay:not([style*="display: none"], .dialog-fade-leave-active) .el-dialog'

/** A list, calendar or the search's answers, open below the field that has the focus. */
const DROPPED = '[aria-expanded="true"]'

/** Whether Escape has closed something before the page hears of it: a dialog or a list, which listen for themselves. */
let closedAbove = false

/** Decides whose Escape it is, before anybody hears it: one press, one layer. */
function onEscape(event: KeyboardEvent): void {
  if (event.key !== 'Escape' || takenByInputMethod(event)) return
  const dropped = event.target instanceof HTMLElement && event.target.matches(DROPPED)
  closedAbove = dropped || document.querySelector(DIALOG) !== null
  if (closedAbove || !escaped.some((run) => run())) return
  event.preventDefault()
  event.stopImmediatePropagation()
}

/** Whether a key is pressed on a list to choose from that is closed: Enter there is the form's, not the list's. */
export function onClosedSelect(event: Event): boolean {
  const { target } = event
  return target instanceof HTMLElement && target.closest('.el-select') !== null && !target.matches(DROPPED)
}

function onKey(event: KeyboardEvent): void {
  const pressed = name(event)
  const inField = typing(event.target)
  const inDialog = document.querySelector(DIALOG) !== null
  for (const layer of listening()) {
    if (pressed === 'Escape' && closedAbove && !layer.modal) return
    // Under a dialog the page hears nothing; only what the frame does everywhere goes on.
    const covered = inDialog && !layer.modal
    const action = layer.actions.find(({ key, whileTyping }) => {
      const always = typeof whileTyping === 'function' ? whileTyping() : whileTyping
      return key === pressed && (always ? !covered || layer === layers[0] : !inField && !covered)
    })
    if (action) {
      // Space and Enter on a focused button or box press that.
      if (pressable(event.target) && ['Enter', 'Space'].includes(pressed)) return
      event.preventDefault()
      if (!event.repeat || MOVES.test(pressed)) action.run(event)
      return
    }
  }
  const plain = event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.altKey && !event.metaKey
  if (plain && !inField && !inDialog) letters.at(-1)?.()?.focus()
}

const letters: (() => HTMLElement | undefined)[] = []

/** The box that takes what is typed while no field has the focus, and no key does anything else; for as long as the calling
 * component lives. */
export function useLetters(box: () => HTMLElement | undefined): void {
  letters.push(box)
  onBeforeUnmount(() => letters.splice(letters.indexOf(box), 1))
}

const escaped: (() => boolean)[] = []

/** Does something on Escape in place of the page, if it says that there was something to do; for as long as the calling
 * component lives. Dialogs and open lists come first. */
export function useEscape(run: () => boolean): void {
  escaped.push(run)
  onBeforeUnmount(() => escaped.splice(escaped.indexOf(run), 1))
}

window.addEventListener('keydown', onEscape, { capture: true })
window.addEventListener('keydown', onKey)

function add(layer: Layer): () => void {
  layers.push(layer)
  return () => {
    const place = layers.findIndex(({ actions }) => actions[0]?.run === layer.actions[0]?.run)
    if (place >= 0) layers.splice(place, 1)
  }
}

/** Adds keys for as long as the calling component lives. */
export function useKeys(actions: KeyAction[]): void {
  onBeforeUnmount(add({ actions, modal: false }))
}

/** Adds a dialog's keys for as long as it is open: they hold from the moment it is asked for, wherever the focus still is. */
export function useDialogKeys(open: () => boolean, actions: () => KeyAction[]): void {
  let remove: (() => void) | undefined
  const close = () => {
    if (!remove) return
    remove()
    remove = undefined
    // A box in a dialog that is on its way out takes no more letters: they are for the page.
    if (typing(document.activeElement)) (document.activeElement as HTMLElement).blur()
  }
  watch(
    open,
    (now) => {
      close()
      if (now) remove = add({ actions: actions(), modal: true })
    },
    { immediate: true, flush: 'sync' },
  )
  onBeforeUnmount(close)
}

/** All keys there are now: the page's, and those that hold everywhere. */
export function keysNow(): { page: KeyAction[]; everywhere: KeyAction[] } {
  const all = layers.map((layer) => layer.actions)
  return { page: all.slice(1).flat(), everywhere: all[0] ?? [] }
}
