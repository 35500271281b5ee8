// Saving a file that came with an instruction. What could run as a program is shown in its folder only.
import { useI18n } from 'vue-i18n'
import { api } from '@/api/client'
import { act } from '@/composables/data'
import { tellExported } from '@/composables/exported'
import { toast } from '@/composables/toast'

export function useSaved(): (id: string, file: { hash: string; may_be_opened: boolean }) => Promise<void> {
  const { t } = useI18n()
  return async (id, file) => {
    const saved = await act(() => api.attachmentSave({ id, hash: file.hash, path: null }))
    if (!saved) return
    if (file.may_be_opened) tellExported(saved, 'app.saved')
    else
      toast({
        kind: 'ok',
        text: t('app.saved', { file: saved.file_name }),
        actions: [
          { label: t('app.openFolder'), run: () => void act(() => api.pathOpen({ path: saved.path, folder: true })) },
        ],
      })
  }
}
