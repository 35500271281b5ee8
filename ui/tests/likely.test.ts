// Which wordings are offered first for an order: those that share words with it, and none as likely where none does.
import { expect, test } from 'vitest'
import type { AnswerRow } from '@/api/types/AnswerRow'
import { likeliest } from '@/areas/orders/likely'

const answer = (title: string, body = ''): AnswerRow => ({
  id: title,
  title,
  body,
  category: '',
  written_at: '2020-02-02T09:12:00',
  by: '董敏',
  districts: false,
  replaced_at: null,
})
const ALL = [
  answer('垃圾几点清运', '每天早上六点清运，核酸采样点旁边的除外。'),
  answer('核酸报告几点出', '次日早上八点前。'),
  answer('怎样办出门证', '带身份证到居委会。'),
]
const order = (text: string) => likeliest(ALL, text).map(({ one }) => one.title)

test('what the question says weighs more than what the wording says', () => {
  expect(order('昨天做的核酸，报告什么时候出？')[0]).toBe('核酸报告几点出')
  expect(order('出门证怎么办')[0]).toBe('怎样办出门证')
})

test('marks and spaces are no words, and where nothing is shared the order stays', () => {
  const found = likeliest(ALL, '，。 （！）水管漏了')
  expect(found.map(({ weight }) => weight)).toEqual([0, 0, 0])
  expect(found.map(({ one }) => one.title)).toEqual(ALL.map(({ title }) => title))
})
