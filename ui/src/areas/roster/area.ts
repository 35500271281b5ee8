import { BookUser } from 'lucide-vue-next'
import type { Area } from '@/areas'
import { i18n } from '@/i18n'

export const area: Area = {
  pages: [
    { path: '/roster', component: () => import('./RosterPage.vue') },
    { path: '/roster/board', component: () => import('./BoardPage.vue') },
    { path: '/roster/import', component: () => import('../import/ImportPage.vue') },
  ],
  rail: { place: 2, path: '/roster', title: () => i18n.global.t('roster.title'), icon: BookUser },
}
