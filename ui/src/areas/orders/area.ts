import { PhoneIncoming } from 'lucide-vue-next'
import type { Area } from '@/areas'
import { changes } from '@/composables/data'
import { i18n } from '@/i18n'

export const area: Area = {
  pages: [
    { path: '/orders', component: () => import('./OrdersPage.vue') },
    { path: '/orders/answers', component: () => import('./AnswersPage.vue') },
  ],
  rail: {
    place: 5,
    path: '/orders',
    title: () => i18n.global.t('orders.title'),
    icon: PhoneIncoming,
    count: () => changes.toReply,
  },
}
