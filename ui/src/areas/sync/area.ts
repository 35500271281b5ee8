import type { Area } from '@/areas'

export const area: Area = {
  pages: [
    { path: '/sync', component: () => import('./SyncPage.vue') },
    { path: '/sync/conflicts', component: () => import('./ConflictsPage.vue') },
  ],
}
