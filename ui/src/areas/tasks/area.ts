import { UserRoundSearch } from 'lucide-vue-next'
import type { Area } from '@/areas'
import { changes } from '@/composables/data'
import { i18n } from '@/i18n'

export const area: Area = {
  pages: [
    { path: '/tasks', component: () => import('./TasksPage.vue') },
    { path: '/tasks/call', component: () => import('./CallPage.vue') },
    { path: '/tasks/import', component: () => import('../import/ImportPage.vue') },
  ],
  rail: {
    place: 4,
    path: '/tasks',
    title: () => i18n.global.t('tasks.title'),
    icon: UserRoundSearch,
    count: () => changes.toVerify,
  },
}
