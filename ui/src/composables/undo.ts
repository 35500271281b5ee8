// Undo, from Ctrl+Z, from a toast, from a timeline.
import { api } from '@/api/client'
import type { Undone } from '@/api/types/Undone'
import { i18n } from '@/i18n'
import { inLine } from './line'
import { toast } from './toast'

const { t } = i18n.global

function tell(undone: Undone): void {
  if (!undone.text) {
    toast({ kind: 'info', text: t('app.nothingToUndo') })
    return
  }
  const kept = undone.kept.length > 0 ? `。${t('app.kept', { n: undone.kept.length })}` : ''
  toast({ kind: 'ok', text: t('app.undone', { text: undone.text }) + kept })
}

export async function undoLast(): Promise<void> {
  const undone = await inLine(() => api.undoLast())
  if (undone) tell(undone)
}

export async function undoBatch(batch: number): Promise<void> {
  const undone = await inLine(() => api.undoBatch({ batch }))
  if (undone) tell(undone)
}
