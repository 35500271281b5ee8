import { Megaphone } from 'lucide-vue-next'
import type { Area } from '@/areas'
import { changes } from '@/composables/data'
import { i18n } from '@/i18n'

export const area: Area = {
  pages: [{ path: '/instructions', component: () => import('./InstructionsPage.vue') }],
  rail: {
    place: 6,
    path: '/instructions',
    title: () => i18n.global.t('instructions.title'),
    icon: Megaphone,
    count: () => changes.toAcknowledge,
  },
}
