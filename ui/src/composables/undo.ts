// Undo and redo: by Ctrl+Z and Ctrl+Shift+Z, from a toast, from a timeline. Each answer offers the way back.
import { api } from '@/api/client'
import type { Redone } from '@/api/types/Redone'
import type { Undone } from '@/api/types/Undone'
import { i18n } from '@/i18n'
import { say } from '@/locales/sentences'
import { inLine } from './line'
import { toast, type ToastAction } from './toast'

const { t } = i18n.global

/** The way back from an action that was written as a batch; none where nothing was. */
export function backFrom(batch: number | null | undefined): ToastAction[] {
  return batch ? [{ label: t('app.undo'), hint: 'Ctrl+Z', run: () => void undoBatch(batch) }] : []
}

/** Says what was done, and offers the way back. */
export function tellDone(text: string, batch: number | null | undefined): void {
  toast({ kind: 'ok', text, actions: backFrom(batch) })
}

function tellUndone(undone: Undone): void {
  if (!undone.said) {
    toast({ kind: 'info', text: t('app.nothingToUndo') })
    return
  }
  const kept = undone.kept.length > 0 ? t('app.kept', { n: undone.kept.length }) : ''
  const { of } = undone
  const redo = of ? [{ label: t('app.redo'), hint: 'Ctrl+Shift+Z', run: () => void redoBatch(of) }] : []
  toast({ kind: 'ok', text: t('app.undone', { text: say(undone.said) }) + kept, actions: redo })
}

function tellRedone(redone: Redone): void {
  if (redone.said)
    toast({ kind: 'ok', text: t('app.redone', { text: say(redone.said) }), actions: backFrom(redone.of) })
  else toast({ kind: 'info', text: t('app.nothingToRedo') })
}

export async function undoLast(): Promise<void> {
  const undone = await inLine(() => api.undoLast())
  if (undone) tellUndone(undone)
}

export async function undoBatch(batch: number): Promise<void> {
  const undone = await inLine(() => api.undoBatch({ batch }))
  if (undone) tellUndone(undone)
}

export async function redoLast(): Promise<void> {
  const redone = await inLine(() => api.redoLast())
  if (redone) tellRedone(redone)
}

export async function redoBatch(batch: number): Promise<void> {
  const redone = await inLine(() => api.redoBatch({ batch }))
  if (redone) tellRedone(redone)
}
