import { createRouter, createWebHashHistory } from 'vue-router'

// The filter of a list is in the address, so that "back" works.
export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/', redirect: '/today' },
    { path: '/today', component: () => import('./areas/today/TodayPage.vue') },
    { path: '/roster', component: () => import('./areas/roster/RosterPage.vue') },
    { path: '/roster/board', component: () => import('./areas/roster/BoardPage.vue') },
    { path: '/roster/import', component: () => import('./areas/import/ImportPage.vue') },
    { path: '/rounds', component: () => import('./areas/rounds/RoundsPage.vue') },
    { path: '/rounds/:round', component: () => import('./areas/rounds/QueuePage.vue') },
    { path: '/rounds/:round/call', component: () => import('./areas/rounds/CallPage.vue') },
    { path: '/rounds/:round/counter', component: () => import('./areas/rounds/CounterPage.vue') },
    { path: '/rounds/:round/collect', component: () => import('./areas/rounds/CollectPage.vue') },
    { path: '/rounds/:round/import', component: () => import('./areas/import/ImportPage.vue') },
    { path: '/instructions', component: () => import('./areas/instructions/InstructionsPage.vue') },
    { path: '/papers', component: () => import('./areas/papers/PapersPage.vue') },
    { path: '/sync', component: () => import('./areas/sync/SyncPage.vue') },
    { path: '/sync/conflicts', component: () => import('./areas/sync/ConflictsPage.vue') },
    { path: '/settings', component: () => import('./areas/settings/SettingsPage.vue') },
  ],
})
