import { Settings } from 'lucide-vue-next'
import type { Area } from '@/areas'
import { i18n } from '@/i18n'

export const area: Area = {
  pages: [{ path: '/settings', component: () => import('./SettingsPage.vue') }],
  rail: { place: 8, path: '/settings', title: () => i18n.global.t('settings.title'), icon: Settings },
}
