import { createRouter, createWebHashHistory } from 'vue-router'
import { pages } from './areas'

// The filter of a list is in the address, so that "back" works.
export const router = createRouter({
  history: createWebHashHistory(),
  routes: [...pages, { path: '/:elsewhere(.*)*', redirect: '/today' }],
})
