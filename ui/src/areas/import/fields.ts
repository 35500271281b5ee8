// The fields a column can be taken for, and what they are called in Chinese and English.
import type { Column } from '@/api/types/Column'

export const fieldLabels: Record<Column, [string, string]> = {
  name: ['姓名', 'Name'],
  sex: ['性别', 'Sex'],
  birth_date: ['出生日期', 'Birth date'],
  document_kind: ['证件类型', 'Kind of document'],
  document_number: ['证件号码', 'Document number'],
  phone: ['手机号码', 'Phone'],
  second_phone: ['第二电话', 'Second phone'],
  estate: ['小区', 'Estate'],
  building: ['楼栋', 'Building'],
  unit: ['单元', 'Unit'],
  room: ['室号', 'Room'],
  address: ['现住地址', 'Address'],
  registered_address: ['户籍地址', 'Registered address'],
  household_number: ['户编号', 'Household number'],
  relation: ['与户主关系', 'Relation'],
  tags: ['标签', 'Tags'],
  quantity: ['预约数量', 'Amount'],
  registered_at: ['登记时间', 'Registered at'],
  source: ['登记来源', 'Source'],
  note: ['备注', 'Note'],
}

const forReservations: Column[] = ['quantity', 'registered_at', 'source']
const forRoster: Column[] = [
  'sex',
  'birth_date',
  'second_phone',
  'registered_address',
  'household_number',
  'relation',
  'tags',
]
const all = Object.keys(fieldLabels) as Column[]
export const rosterFields = all.filter((field) => !forReservations.includes(field))
export const reservationFields = all.filter((field) => !forRoster.includes(field))
