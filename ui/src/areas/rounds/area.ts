import { CalendarCheck } from 'lucide-vue-next'
import type { Area } from '@/areas'
import { changes } from '@/composables/data'
import { i18n } from '@/i18n'

export const area: Area = {
  pages: [
    { path: '/rounds', component: () => import('./RoundsPage.vue') },
    {
      path: '/rounds/:round',
      component: () => import('./RoundGate.vue'),
      children: [
        { path: '', component: () => import('./QueuePage.vue') },
        { path: 'call', component: () => import('./CallPage.vue') },
        { path: 'counter', component: () => import('./CounterPage.vue') },
        { path: 'collect', component: () => import('./CollectPage.vue') },
        { path: 'import', component: () => import('../import/ImportPage.vue') },
      ],
    },
  ],
  rail: {
    place: 3,
    path: '/rounds',
    title: () => i18n.global.t('rounds.title'),
    icon: CalendarCheck,
    count: () => changes.toReview + changes.toNotify,
  },
}
