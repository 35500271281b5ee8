// The state of the import wizard: a file, its sheets, what an import of them would do, and what it did.
import { computed, ref, shallowRef } from 'vue'
import { api } from '@/api/client'
import { upload } from '@/api/transport'
import type { Column } from '@/api/types/Column'
import type { ImportPreview } from '@/api/types/ImportPreview'
import type { ImportProposal } from '@/api/types/ImportProposal'
import type { ImportReport } from '@/api/types/ImportReport'
import type { ImportRequest } from '@/api/types/ImportRequest'
import type { ImportTab } from '@/api/types/ImportTab'
import type { ImportTarget } from '@/api/types/ImportTarget'
import type { PreviewRow } from '@/api/types/PreviewRow'
import type { ProblemsForm } from '@/api/types/ProblemsForm'
import { followJob, refresh } from '@/composables/data'
import { tellExported } from '@/composables/exported'
import { toast } from '@/composables/toast'
import { undoBatch } from '@/composables/undo'
import { i18n } from '@/i18n'
import { withPassword } from './password'

/** Rows of the sheet asked for at once; more come as one scrolls. */
const PAGE = 300
const { t } = i18n.global

export function useWizard(target: ImportTarget) {
  const token = ref('')
  const fileName = ref('')
  const tabs = shallowRef<ImportTab[]>([])
  const shown = ref('')
  const preview = shallowRef<ImportPreview>()
  const rows = shallowRef<PreviewRow[]>([])
  const report = shallowRef<ImportReport>()
  const only = ref<Column[]>([])
  const unseen = ref(false)
  const problemsOnly = ref(false)
  const busy = ref('')
  const problem = ref('')
  const job = ref<number>()
  const progress = ref<{ done: number; total: number; label: string }>()

  const tab = computed(() => tabs.value.find((one) => one.name === shown.value))
  const taken = computed(() => tabs.value.filter((one) => one.taken && one.mapping))
  const mapped = computed(() => {
    const columns = taken.value.flatMap((one) => one.mapping?.columns ?? [])
    return [...new Set(columns.filter((column): column is Column => column !== null))]
  })
  /** Of an import that was carried out, else of the one that is looked at. */
  const said = computed(() => report.value ?? preview.value?.report)
  const found = computed(() => said.value?.problems ?? [])
  const errors = computed(() => said.value?.errors ?? 0)
  const warnings = computed(() => said.value?.warnings ?? 0)

  async function attempt(words: string, what: () => Promise<void>): Promise<void> {
    busy.value = words
    problem.value = ''
    try {
      await what()
    } catch (error) {
      problem.value = error instanceof Error ? error.message : String(error)
    } finally {
      busy.value = ''
      progress.value = undefined
      job.value = undefined
    }
  }
  /** Follows long work; nothing where it was cancelled. */
  async function follow<T>(started: { job: number }): Promise<T | undefined> {
    job.value = started.job
    return followJob<T>(started.job, (view) => (progress.value = view))
  }

  function request(page: { offset: number; limit: number } | null): ImportRequest {
    const mappings = taken.value.flatMap((one) => (one.mapping ? [one.mapping] : []))
    return {
      token: token.value,
      target,
      mappings,
      only: only.value.length ? only.value : null,
      unseen: unseen.value,
      sheet: shown.value,
      page,
      problems_only: problemsOnly.value,
    }
  }

  function open(file: File): Promise<void> {
    return attempt(t('import.reading'), async () => {
      token.value = await upload(file)
      const propose = async () => follow<ImportProposal>(await api.importPropose({ token: token.value, target }))
      const proposal = await withPassword(token.value, propose)
      if (!proposal) return
      fileName.value = proposal.file_name
      tabs.value = proposal.tabs
      shown.value = (taken.value[0] ?? proposal.tabs[0])?.name ?? ''
      await look()
    })
  }
  async function look(): Promise<void> {
    preview.value = undefined
    rows.value = []
    if (!taken.value.length) return
    // A number of rows, also where it is none: nothing means that it was cancelled.
    if ((await follow<number>(await api.importRead(request(null)))) === undefined) return
    await show()
  }
  /** Asked again where the sheet or "only problems" was changed while the answer was on its way. */
  async function show(): Promise<void> {
    const wanted = () => `${problemsOnly.value} ${shown.value}`
    for (;;) {
      const asked = wanted()
      const answer = await api.importPreview(request({ offset: 0, limit: PAGE }))
      if (asked !== wanted()) continue
      preview.value = answer
      rows.value = answer.rows
      return
    }
  }
  const again = () => attempt(t('import.reading'), look)
  async function more(): Promise<void> {
    if (busy.value || !preview.value || rows.value.length >= preview.value.total) return
    await attempt(t('import.reading'), async () => {
      const next = await api.importPreview(request({ offset: rows.value.length, limit: PAGE }))
      rows.value = [...rows.value, ...next.rows]
    })
  }
  async function showTab(name: string): Promise<void> {
    if (busy.value) return
    shown.value = name
    if (preview.value) await attempt(t('import.reading'), show)
  }
  function nextTab(): void {
    const place = tabs.value.findIndex((one) => one.name === shown.value)
    const next = tabs.value[(place + 1) % tabs.value.length]
    if (next) void showTab(next.name)
  }
  function take(name: string, yes: boolean): Promise<void> {
    tabs.value = tabs.value.map((one) => (one.name === name ? { ...one, taken: yes } : one))
    only.value = only.value.filter((column) => mapped.value.includes(column))
    return again()
  }
  /** Takes a column for a field: in this sheet, and in every one with the same header. */
  function assign(place: number, field: string): Promise<void> {
    const header = tab.value?.mapping?.headers.join('\n')
    tabs.value = tabs.value.map((one) => {
      if (!one.mapping || one.mapping.headers.join('\n') !== header) return one
      const columns = one.mapping.columns.map((column, at) =>
        at === place ? ((field || null) as Column | null) : column === field ? null : column,
      )
      return { ...one, mapping: { ...one.mapping, columns } }
    })
    only.value = only.value.filter((column) => mapped.value.includes(column))
    return again()
  }
  function toggleUnseen(): void {
    unseen.value = !unseen.value
    void again()
  }
  function toggleProblems(): void {
    problemsOnly.value = !problemsOnly.value
    if (preview.value) void attempt(t('import.reading'), show)
  }

  async function start(): Promise<void> {
    if (!preview.value || busy.value) return
    await attempt(t('import.running'), async () => {
      const done = await follow<ImportReport>(await api.importStart(request(null)))
      if (!done) {
        toast({ kind: 'info', text: t('import.cancelled') })
        return
      }
      report.value = done
      await refresh()
    })
  }
  async function problemsAs(form: ProblemsForm): Promise<void> {
    if (busy.value || !found.value.length) return
    await attempt(t('import.reading'), async () => {
      const exported = await api.importProblems({ import: request(null), form, path: null })
      tellExported(exported)
      if (form === 'paper') await api.pathPrint({ path: exported.path, folder: false })
    })
  }
  async function undo(): Promise<void> {
    const batch = report.value?.batch
    if (!batch) return
    await undoBatch(batch)
    another()
  }
  function another(): void {
    tabs.value = []
    preview.value = report.value = undefined
    rows.value = []
    only.value = []
    shown.value = fileName.value = ''
    unseen.value = problemsOnly.value = false
  }
  const cancel = () => job.value && void api.jobCancel({ job: job.value })

  return {
    fileName,
    tabs,
    tab,
    shown,
    taken,
    mapped,
    preview,
    rows,
    report,
    found,
    errors,
    warnings,
    only,
    unseen,
    problemsOnly,
    busy,
    problem,
    job,
    progress,
    open,
    again,
    more,
    showTab,
    nextTab,
    take,
    assign,
    toggleUnseen,
    toggleProblems,
    start,
    problemsAs,
    undo,
    another,
    cancel,
  }
}
