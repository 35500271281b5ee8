// What is done with orders by single keys: for which is fixed when the key is pressed, and done in that order.
import { useI18n } from 'vue-i18n'
import { api } from '@/api/client'
import type { Done } from '@/api/types/Done'
import type { OrderList } from '@/api/types/OrderList'
import type { OrderResult } from '@/api/types/OrderResult'
import type { OrderStage } from '@/api/types/OrderStage'
import type { Satisfaction } from '@/api/types/Satisfaction'
import type { Way } from '@/api/types/Way'
import { tellAnswer, useAim, type Aim } from '@/composables/aim'
import { decideOn, type Selection } from '@/composables/selection'
import type { Windowed } from '@/composables/window'
import { isOpen } from './steps'

export type Asking = 'contact' | 'why' | 'facts' | 'help' | 'reply' | 'revisit' | 'assign' | 'return'

/** A reply as it is sent. */
export interface Reply {
  result: OrderResult
  text: string
  answer: string | null
  close: boolean
}

/** `here`: the stage that is shown; all that is open where there is none, none of both in a list of the day. */
export function useOrderActs(list: Windowed<OrderList>, chosen: Selection, here: () => OrderStage | null | undefined) {
  const { t } = useI18n()
  const aiming = useAim<OrderList, Asking>(list, chosen, ({ title }) => title)
  const { rowOf, aimed, open } = aiming
  /** What is not about people is counted by its own word. */
  function aim(): Aim {
    const of = aiming.aim()
    return of.ids.length > 1 ? { ...of, who: t('orders.several', { n: of.ids.length }) } : of
  }
  const ask = (what: Asking, of = aim()) => aiming.ask(what, of)

  /** Does it in its turn; those that will leave the list are passed over at once. */
  async function done(of: Aim, to: OrderStage | undefined, words: string, what: () => Promise<Done>): Promise<void> {
    if (of.ids.length === 0) return
    const shown = here()
    const leaves = to !== undefined && shown !== undefined && (shown === null ? !isOpen(to) : shown !== to)
    const answer = await decideOn(chosen, of.ids, leaves, what)
    if (answer) tellAnswer(words, answer.batch)
  }

  function sign(of = aim()): void {
    void done(of, 'signed', t('orders.signedWho', { who: of.who }), () => api.orderSign({ ids: of.ids }))
  }
  function contact(way: Way | null, note: string | null): void {
    const of = aimed.value
    const words = way
      ? t('orders.contactedWho', { who: of.who, way: t(`tasks.way.${way}`) })
      : t('orders.notContactedWho', { who: of.who })
    void done(of, 'contacted', words, () => api.orderContact({ ids: of.ids, way, note }))
  }
  function found(facts: string, reasonable: boolean | null): void {
    const of = aimed.value
    const words = t('orders.factsWho', { who: of.who })
    void done(of, undefined, words, () => api.orderFound({ ids: of.ids, facts, reasonable }))
  }
  function askHelp(unit: string, what: string): void {
    const of = aimed.value
    const words = t('orders.helpWho', { who: of.who, unit })
    void done(of, undefined, words, () => api.orderHelpAsk({ ids: of.ids, unit, what }))
  }
  function helped(unit: string, text: string): void {
    const of = aimed.value
    const words = t('orders.helpedWho', { who: of.who, unit })
    void done(of, undefined, words, () => api.orderHelpGiven({ ids: of.ids, unit, text }))
  }
  function reply(of: Aim, sent: Reply): void {
    const words = sent.close
      ? t('orders.repliedClosedWho', { who: of.who })
      : t('orders.repliedWho', { who: of.who, result: t(`orders.result.${sent.result}`) })
    void done(of, sent.close ? 'closed' : 'replied', words, () => api.orderReply({ ids: of.ids, ...sent }))
  }
  function revisit(satisfaction: Satisfaction, said: string | null): void {
    const of = aimed.value
    const words = t('orders.revisitedWho', { who: of.who, said: t(`orders.satisfaction.${satisfaction}`) })
    void done(of, 'revisited', words, () => api.orderRevisit({ ids: of.ids, satisfaction, words: said }))
  }
  function close(of = aim()): void {
    void done(of, 'closed', t('orders.closedWho', { who: of.who }), () => api.orderClose({ ids: of.ids }))
  }
  function assign(to: string | null, of = aimed.value): void {
    const words = to ? t('orders.assignedWho', { who: of.who, to }) : t('orders.takenFromWho', { who: of.who })
    void done(of, undefined, words, () => api.orderAssign({ ids: of.ids, to }))
  }
  function giveBack(reason: string): void {
    const of = aimed.value
    const words = t('orders.returnedWho', { who: of.who, reason })
    void done(of, 'returned', words, () => api.orderReturn({ ids: of.ids, reason }))
  }

  return {
    rowOf,
    aimed,
    ask,
    sign,
    contact,
    found,
    askHelp,
    helped,
    reply: (sent: Reply) => reply(aimed.value, sent),
    revisit,
    close,
    assign: (to: string) => assign(to),
    unassign: () => assign(null, aim()),
    giveBack,
    contacting: open('contact'),
    excusing: open('why'),
    finding: open('facts'),
    helping: open('help'),
    replying: open('reply'),
    revisiting: open('revisit'),
    assigning: open('assign'),
    returning: open('return'),
  }
}

export type OrderActs = ReturnType<typeof useOrderActs>
