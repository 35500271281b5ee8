// Asking: a question is a command and its request, and its answer is kept under both, so that who asks the same is answered
// by the same, and nothing is asked twice for one change. What each answer stands on, its topics, is said here; a change of
// a topic makes all answers on it old, and those that are looked at are asked for again.
import { CancelledError, keepPreviousData, QueryClient, useQuery } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'
import { api } from '@/api/client'
import type { Topic as DataTopic } from '@/api/types/Topic'

/** What changes together: topics of the data, of which the program says that they changed, and what is not in the data. */
export type Topic = DataTopic | 'exchange' | 'machine' | 'papers'

/** Questions, and the topics their answers stand on. What is recorded when it is asked (values in clear) is never kept. */
const TOPICS = {
  answerList: ['answers'],
  appStatus: ['committee', 'machine'],
  backupState: ['machine'],
  buildingBoard: ['reservations', 'roster', 'rounds', 'tasks'],
  buildings: ['roster'],
  committee: ['committee'],
  exchangePage: ['exchange', 'history'],
  filters: ['committee'],
  history: ['history'],
  householdCard: ['orders', 'reservations', 'roster', 'rounds', 'tasks'],
  instructionCard: ['instructions'],
  instructionList: ['instructions'],
  noticeTemplates: ['papers'],
  orderCard: ['orders', 'roster', 'tasks'],
  orderList: ['orders', 'roster'],
  orderReport: ['orders'],
  outputs: ['papers', 'reservations', 'roster', 'rounds'],
  printers: ['machine'],
  reservationCard: ['reservations', 'roster', 'rounds'],
  reservationList: ['reservations', 'roster', 'rounds'],
  residentCard: ['orders', 'reservations', 'roster', 'rounds', 'tasks'],
  residentList: ['roster'],
  roundList: ['reservations', 'rounds'],
  roundShow: ['reservations', 'roster', 'rounds'],
  tags: ['roster'],
  taskCard: ['roster', 'tasks'],
  taskList: ['roster', 'tasks'],
  today: ['exchange', 'history', 'machine'],
} as const satisfies Partial<Record<keyof typeof api, readonly Topic[]>>

export type Question = keyof typeof TOPICS
type Asked<Q extends Question> = Parameters<(typeof api)[Q]>
/** What a question is asked with; nothing is `{}`. */
export type RequestOf<Q extends Question> = Asked<Q> extends [infer R] ? R : Record<string, never>
export type AnswerOf<Q extends Question> = Awaited<ReturnType<(typeof api)[Q]>>

/** How long an answer that nobody looks at is kept, in milliseconds: going back to a list shows it at once. */
const KEPT_MS = 60_000
/** How long an answer is taken for the present one by whoever comes anew, in milliseconds: rounds open and close by the clock. */
const FRESH_MS = 60_000
/** Topics that change without a word: whoever comes asks. */
const SILENT: readonly Topic[] = ['exchange', 'machine']

/** Answers are old when something changed; what failed is asked again by who is told of it. */
export const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: FRESH_MS,
      gcTime: KEPT_MS,
      retry: false,
      networkMode: 'always',
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
    },
  },
})

/** Where an answer is kept: its topics first, so that a topic finds its answers. */
function keyOf<Q extends Question>(question: Q, request: RequestOf<Q> | undefined) {
  return [TOPICS[question], question, request] as const
}

function put<Q extends Question>(question: Q, request: RequestOf<Q>): Promise<AnswerOf<Q>> {
  const asks = api[question] as unknown as (request: RequestOf<Q>) => Promise<AnswerOf<Q>>
  return asks(request)
}

/** An answer, from what is kept where nothing it stands on has changed. */
export function answerTo<Q extends Question>(question: Q, request: RequestOf<Q>): Promise<AnswerOf<Q>> {
  return client.query({ queryKey: keyOf(question, request), queryFn: () => put(question, request) })
}

/** Whether an answer was given up because what it stands on changed meanwhile. */
export const isOvertaken = (error: unknown): boolean => error instanceof CancelledError

/** Makes the answers on these topics old, on all where none is named; those that are looked at are asked for again. */
export async function changed(topics?: readonly Topic[]): Promise<void> {
  const predicate = ({ queryKey }: { queryKey: readonly unknown[] }) =>
    !topics || topics.some((topic) => (queryKey[0] as readonly Topic[]).includes(topic))
  // What is on its way was asked before the change: its answer would be old, and the first answer of a question is
  // otherwise waited for.
  await client.cancelQueries({ predicate })
  void client.invalidateQueries({ predicate })
}

export interface Answer<T> {
  data: Ref<T | undefined>
  error: Ref<string | undefined>
  reload: () => Promise<void>
}

/** What a page shows: asked now, when the request changes, and when what it stands on does. The last answer wins; without a
 * request nothing is asked, and there is no answer. */
export function useAnswer<Q extends Question>(
  question: Q,
  request: () => RequestOf<Q> | undefined = () => ({}) as RequestOf<Q>,
): Answer<AnswerOf<Q>> {
  const asked = computed(request)
  const silent = TOPICS[question].some((topic) => SILENT.includes(topic))
  const query = useQuery(
    computed(() => {
      const now = asked.value
      return {
        queryKey: keyOf(question, now),
        queryFn: () => (now === undefined ? Promise.reject(new Error('nothing is asked')) : put(question, now)),
        enabled: now !== undefined,
        staleTime: silent ? 0 : FRESH_MS,
        // The card before stays until the next one is there.
        placeholderData: keepPreviousData,
        shallow: true as const,
      }
    }),
    client,
  )
  return {
    data: computed(() => (asked.value === undefined ? undefined : query.data.value)),
    error: computed(() => {
      const failed: unknown = query.error.value
      if (!failed || isOvertaken(failed)) return undefined
      return failed instanceof Error ? failed.message : JSON.stringify(failed)
    }),
    reload: async () => void (await query.refetch()),
  }
}
