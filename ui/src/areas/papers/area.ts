import { Printer } from 'lucide-vue-next'
import type { Area } from '@/areas'
import { i18n } from '@/i18n'

export const area: Area = {
  pages: [{ path: '/papers', component: () => import('./PapersPage.vue') }],
  rail: { place: 7, path: '/papers', title: () => i18n.global.t('papers.title'), icon: Printer },
}
