// Settings of this PC, and how they look on the page.
import { TYPE_SIZES } from '@/api/known'
import { reactive, watch } from 'vue'
import { api } from '@/api/client'
import type { Settings } from '@/api/types/Settings'
import { i18n } from '@/i18n'
import { changed } from './answers'
import { refresh } from './data'

export const settings = reactive<Settings>({
  theme: 'system',
  type_size: TYPE_SIZES[0],
  language: 'zh-CN',
  motion: true,
  export_folder: '',
  actor: '',
  print_at_counter: false,
  printer: null,
  announce: false,
})

const dark = window.matchMedia('(prefers-color-scheme: dark)')

function apply(): void {
  const root = document.documentElement
  root.classList.toggle('dark', settings.theme === 'dark' || (settings.theme === 'system' && dark.matches))
  root.classList.toggle('still', !settings.motion)
  root.style.setProperty('--type', `${settings.type_size}px`)
  root.lang = settings.language
  i18n.global.locale.value = settings.language === 'en' ? 'en' : 'zh-CN'
}

watch(settings, apply)
dark.addEventListener('change', apply)
apply()

/** Languages of the screens, by their own names. */
export const LANGUAGES = [
  ['zh-CN', '中文'],
  ['en', 'English'],
] as const

/** The language that was chosen before there was data to keep it in. */
let chosen: string | undefined

/** Changes the language while no data is open; it is kept as soon as some is. */
export function chooseLanguage(language: string): void {
  settings.language = chosen = language
}

export async function loadSettings(): Promise<void> {
  Object.assign(settings, await api.settings())
  const language = chosen
  chosen = undefined
  if (language && language !== settings.language) await saveSettings({ language })
}

export async function saveSettings(changes: Partial<Settings>): Promise<void> {
  const saved = await api.settingsSave({ ...settings, ...changes })
  // Who acts, and in which language, stands in answers.
  await changed()
  Object.assign(settings, saved)
  // What waits to be acknowledged is another clerk's now, although no data changed.
  if (changes.actor !== undefined) await refresh(true)
}
