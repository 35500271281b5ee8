// What sources wrote is marked only where it contradicts the roster.
import { expect, test } from 'vitest'
import type { AskedRow } from '@/api/types/AskedRow'
import { written } from '@/areas/tasks/beside'

const asked = (phone: string): AskedRow => ({
  id: '1',
  source: '疾控中心',
  reference: null,
  name: '张三',
  document: null,
  phone,
  address: [],
  note: null,
  pushed_at: '2020-02-02T10:00:00Z',
  deadline: null,
})

test('one of several phones is the resident’s', () => {
  const roster = { name: '张三', document: null, phone: '138****0115' }
  for (const [phone, differs] of [
    ['138****0115', false],
    ['139****0000/138****0115', false],
    ['139****0000、138****0115', false],
    ['139****0000/139****0001', true],
    ['139****0115', true],
  ] as const) {
    expect([phone, written([asked(phone)], {}, roster).phone[0]?.differs]).toEqual([phone, differs])
  }
})
