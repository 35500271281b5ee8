// What a list shows is in the address: "back" brings back the filter before, and a filter can be saved by its address.
import { computed, ref, watch, type ComputedRef, type Ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'

/** Milliseconds of rest in typing before the address follows. */
const REST_MS = 300

export interface InAddress {
  /** A value of the address. */
  of: (key: string) => ComputedRef<string | null>
  /** Changes the filter as one step that "back" takes back. */
  filter: (changed: Record<string, string | null | undefined>) => void
  /** Changes the address without a step: what is typed, what is selected. */
  note: (changed: Record<string, string | null | undefined>) => void
  /** The text typed into the list's search field. */
  text: Ref<string>
}

export function useAddress(): InAddress {
  const route = useRoute()
  const router = useRouter()
  const path = route.path
  const text = ref(String(route.query.q ?? ''))
  let rest = 0

  function next(changed: Record<string, string | null | undefined>): Record<string, string> {
    const all = Object.entries({ ...route.query, ...changed })
    return Object.fromEntries(all.flatMap(([key, value]) => (value ? [[key, String(value)]] : [])))
  }
  const note: InAddress['note'] = (changed) => {
    if (route.path === path) void router.replace({ query: next(changed) })
  }
  watch(text, (typed) => {
    window.clearTimeout(rest)
    if (typed !== String(route.query.q ?? '')) rest = window.setTimeout(() => note({ q: typed }), REST_MS)
  })
  watch(
    () => route.query.q,
    (q) => {
      if (route.path === path) text.value = String(q ?? '')
    },
  )
  return {
    of: (key) => computed(() => (route.path === path && route.query[key] ? String(route.query[key]) : null)),
    filter: (changed) => void router.push({ query: next({ q: text.value, ...changed, id: null }) }),
    note,
    text,
  }
}
