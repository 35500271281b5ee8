// Keys that belong to the input method (输入法): what chooses a candidate, commits letters or gives them up is no key of
// the page's. One guard before everything that listens, so that no handler has to think of it: not a template's, not
// Element Plus's own.

/** The key code of what an input method has taken: WebKitGTK and macOS send it with the real `key`, and after the composition. */
const TAKEN = 229

type Key = Pick<KeyboardEvent, 'key' | 'keyCode' | 'isComposing' | 'isTrusted' | 'ctrlKey' | 'altKey' | 'metaKey'>

/** Whether the input method has this key. Browsers tell in one of two ways, Chromium in both. */
export function takenByInputMethod(event: Key): boolean {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- nothing else tells it in WebKit
  if (event.keyCode === TAKEN) return true
  // While letters are composed every key is the input method's, but for those that write nothing and that a browser gives
  // their own code: these the input method has let through.
  const letThrough = event.isTrusted && (event.key === 'Escape' || event.ctrlKey || event.altKey || event.metaKey)
  return event.isComposing && !letThrough
}

/** Lets no handler hear of keys that the input method has taken; what they do to the text field stays. */
export function guardKeys(of: EventTarget): void {
  const keep = (event: Event) => {
    if (takenByInputMethod(event as KeyboardEvent)) event.stopImmediatePropagation()
  }
  for (const type of ['keydown', 'keypress', 'keyup']) of.addEventListener(type, keep, { capture: true })
}
