// What is decided in the queue with single keys: for whom is fixed when the key is pressed, and done in that order.
import { useI18n } from 'vue-i18n'
import { api } from '@/api/client'
import type { Channel } from '@/api/types/Channel'
import type { Decision } from '@/api/types/Decision'
import type { Outcome } from '@/api/types/Outcome'
import type { OverLimit } from '@/api/types/OverLimit'
import type { ReservationListResponse } from '@/api/types/ReservationListResponse'
import type { Stage } from '@/api/types/Stage'
import { tellAnswer, useAim, type Aim } from '@/composables/aim'
import { inLine } from '@/composables/line'
import { decideOn, type Selection } from '@/composables/selection'
import { toast } from '@/composables/toast'
import type { Windowed } from '@/composables/window'
import { say } from '@/locales/sentences'

type Asking = 'reject' | 'notify' | 'limit'

export function useDecisions(
  list: Windowed<ReservationListResponse>,
  chosen: Selection,
  here: { stage: () => Stage | null; max: () => number | undefined },
) {
  const { t } = useI18n()
  const { rowOf, called, aim, aimed, ask, open } = useAim<ReservationListResponse, Asking>(
    list,
    chosen,
    ({ name }) => name,
  )

  /** Does it in its turn. Those who will leave what is shown are passed over at once. */
  async function done<T>(of: Aim, to: Stage | null, what: () => Promise<T>): Promise<T | undefined> {
    return decideOn(chosen, of.ids, here.stage() !== null && to !== null && here.stage() !== to, what)
  }

  async function review(of: Aim, decision: Decision, reason: string | null, over: OverLimit | null): Promise<void> {
    const passed = decision === 'passed'
    const reviewed = await done(of, passed ? 'to_notify' : 'rejected', () =>
      api.review({ ids: of.ids, decision, reason, over_limit: over }),
    )
    if (!reviewed) return
    const left = reviewed.over_limit
    if (left.length > 0) {
      chosen.stay(left.map((row) => row.id))
      const names = left.map((row) => t('rounds.asksFor', { name: row.name, n: row.quantity }))
      const who = called([left[0]?.name ?? ''], left.length)
      ask('limit', { ids: left.map((row) => row.id), who, asked: names.join(t('rounds.listJoin')) })
    }
    if (left.length < of.ids.length) {
      const names = of.ids.filter((id) => left.every((row) => row.id !== id)).flatMap((id) => rowOf(id)?.name ?? [])
      const who = left.length > 0 ? called(names, of.ids.length - left.length) : of.who
      tellAnswer(t(passed ? 'rounds.passedWho' : 'rounds.rejectedWho', { who, reason }), reviewed.batch)
    }
  }

  /** Passes, unless the amount is to be looked at first. */
  function pass(): void {
    const of = aim()
    const [only] = of.ids
    if (!only) return
    const row = of.ids.length === 1 ? rowOf(only) : undefined
    const max = here.max()
    if (row && max !== undefined && (row.quantity < 1 || row.quantity > max))
      return ask('limit', { ...of, asked: t('rounds.asksFor', { name: row.name, n: row.quantity }) })
    void review(of, 'passed', null, null)
  }

  /** Records what came of telling somebody: those asked about, or those under the cursor. */
  async function told(channel: Channel, outcome: Outcome, of = aim()): Promise<void> {
    const noted = await done(of, outcome === 'reached' ? 'notified' : null, () =>
      api.notify({ ids: of.ids, channel, outcome, note: null }),
    )
    const words = {
      reached: 'rounds.toldWho',
      no_answer: 'rounds.noAnswerWho',
      out_of_service: 'rounds.outOfServiceWho',
    }
    if (noted?.changed) tellAnswer(t(words[outcome], { who: of.who }), noted.batch)
    if (noted?.refused.length)
      toast({ kind: 'info', text: t('rounds.notTold', { who: noted.refused.map(say).join(t('rounds.smsJoin')) }) })
  }

  async function askForSms(): Promise<void> {
    const of = aimed.value
    const asked = await done(of, null, () => api.smsAsk({ ids: of.ids }))
    if (!asked) return
    const rest = [
      asked.waiting ? t('rounds.smsWaiting', { n: asked.waiting }) : '',
      asked.no_mobile ? t('rounds.smsNoMobile', { n: asked.no_mobile }) : '',
      asked.refused ? t('rounds.smsRefused', { n: asked.refused }) : '',
    ]
    toast({
      kind: asked.asked ? 'ok' : 'info',
      text: [t('rounds.smsAsked', { n: asked.asked }), ...rest].filter(Boolean).join(t('rounds.smsJoin')),
    })
  }

  async function passClear(round: string): Promise<void> {
    const passed = await inLine(() => api.passClear({ round }))
    if (!passed) return
    const { with_findings: found, over_quota: over, batch } = passed
    const words = t('rounds.passed', { passed: passed.passed, found, over })
    if (batch !== null) chosen.ticked.clear()
    if (batch !== null) tellAnswer(words, batch)
    else toast({ kind: 'info', text: words })
  }

  return {
    aimed,
    ask,
    rejecting: open('reject'),
    notifying: open('notify'),
    limiting: open('limit'),
    pass,
    reject: (reason: string) => review(aimed.value, 'rejected', reason, null),
    passOverLimit: (how: OverLimit) => review(aimed.value, 'passed', null, how),
    told,
    notify: (channel: Channel, outcome: Outcome) => told(channel, outcome, aimed.value),
    askForSms,
    passClear,
  }
}
