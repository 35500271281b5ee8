// The answer to every export: rows, file name, open, open folder.
import { api } from '@/api/client'
import type { Exported } from '@/api/types/Exported'
import { i18n } from '@/i18n'
import { act } from './data'
import { say } from '@/locales/sentences'
import { inLine } from './line'
import { toast } from './toast'

const { t } = i18n.global
/** Cells a toast tells of: more is for the eye in the sheet, where each has a □. */
const ALTERED_SHOWN = 3

export function tellExported(exported: Exported, key: 'app.exported' | 'app.saved' = 'app.exported'): void {
  const open = (folder: boolean) => () => void act(() => api.pathOpen({ path: exported.path, folder }))
  toast({
    kind: 'ok',
    text: t(key, { n: exported.rows, file: exported.file_name }),
    actions: [
      { label: t('app.open'), stays: true, run: open(false) },
      { label: t('app.openFolder'), stays: true, run: open(true) },
      ...(key === 'app.exported'
        ? [
            {
              label: t('app.print'),
              stays: true,
              run: () => void act(() => api.pathPrint({ path: exported.path, folder: false })),
            },
          ]
        : []),
    ],
  })
  if (exported.altered.length) {
    const more = exported.altered.length > ALTERED_SHOWN ? '…' : ''
    toast({
      kind: 'bad',
      text: t('app.altered', { what: exported.altered.slice(0, ALTERED_SHOWN).map(say).join(t('app.between')) + more }),
    })
  }
}

/** Makes a sheet in its turn, and says what came of it. */
export async function exportNow(make: () => Promise<Exported>): Promise<void> {
  const exported = await inLine(make)
  if (exported) tellExported(exported)
}
