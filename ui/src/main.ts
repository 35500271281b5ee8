import 'element-plus/theme-chalk/base.css'
import 'element-plus/theme-chalk/dark/css-vars.css'
import './style/tokens.css'
import './style/base.css'
import { createApp } from 'vue'
import App from './App.vue'
import { guardKeys } from './composables/inputMethod'
import { i18n } from './i18n'
import { router } from './router'

guardKeys(window)
createApp(App).use(router).use(i18n).mount('#app')
