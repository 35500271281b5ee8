import { House } from 'lucide-vue-next'
import type { Area } from '@/areas'
import { i18n } from '@/i18n'

export const area: Area = {
  pages: [{ path: '/today', component: () => import('./TodayPage.vue') }],
  rail: { place: 1, path: '/today', title: () => i18n.global.t('today.title'), icon: House },
}
