// Invented orders and answers, as the program answers with them: what no test database has (very many, very long, every stage,
// clocks that ran out, several turns). Whoever looks at pages intercepts the calls with these.
import { said } from './host.mjs'

/** Rows of the list; its stages' counts follow from them. */
const ROWS = 20_000
const OPEN = ['to_sign', 'signed', 'contacted', 'handling']
const STAGES = [...OPEN, 'replied', 'revisited', 'closed', 'returned', 'recalled']
const CLOCKS = { to_sign: 'untouched', signed: 'contact', contacted: 'reply', handling: 'reply' }
const TITLES = [
  '12号楼楼道堆放杂物，反映多次没有清理',
  '核酸报告几点出，在哪里查',
  '楼上半夜装修',
  '独居老人配药送药',
  `反映小区北门${'长期不开，出行不便，'.repeat(6)}请尽快答复`,
  '地下车库漏水',
  '要求增设充电桩',
]
const CATEGORIES = ['环境卫生', '咨询', '噪声扰民', '买菜买药', null, '房屋维修', '停车']
const NAMES = ['张晓明', '王㛃', '欧阳小禾', '阿卜杜热西提·买买提依明江', null]
const GROUPS = [[], [], ['独居老人', '高龄'], [], ['孕产妇'], []]
const ASSIGNEES = [null, '董敏', '12号楼组长王阿姨', null]
const SATISFIED = ['satisfied', 'dissatisfied', 'acceptable']
/** Minutes left of the first rows, and by how much each later one has more. */
const [FIRST, STEP] = [-160, 17]

const stageOf = (place) => STAGES[place % 19 < 13 ? place % 4 : 4 + (place % 5)]
const one = (values, place) => values[place % values.length]

function row(place) {
  const stage = stageOf(place)
  const open = OPEN.includes(stage)
  const replied = ['replied', 'revisited', 'closed'].includes(stage)
  return {
    id: `o${place}`,
    stage,
    cause: stage === 'recalled' ? 'passed_on' : null,
    urgency: place < 3 ? 'urgent' : place % 5 === 3 ? 'pressing' : 'ordinary',
    category: one(CATEGORIES, place),
    title: one(TITLES, place),
    name: one(NAMES, place),
    phone: place % 4 ? '138****5678' : null,
    address: '齐河路338弄12号501室',
    room: place % 3 ? `${1 + (place % 20)}-${101 + (place % 600)}` : null,
    resident: place % 3 ? `r${place}` : null,
    source: place % 2 ? '12345热线' : '居民来访',
    given: '2020-02-02T09:12:00',
    again: place % 11 === 4,
    urged: place % 9 === 2,
    consultation: one(CATEGORIES, place) === '咨询',
    clock: open ? CLOCKS[stage] : null,
    due: open ? '2020-02-02T13:24:00' : null,
    minutes_left: open ? FIRST + place * STEP : null,
    overdue: open && FIRST + place * STEP < 0,
    assignee: one(ASSIGNEES, place),
    groups: open ? one(GROUPS, place) : [],
    same: place % 7 === 0 ? 2 : 0,
    result: replied ? (place % 2 ? 'solved' : 'explained') : null,
    satisfaction: ['revisited', 'closed'].includes(stage) ? one(SATISFIED, place) : null,
  }
}

const chips = (...all) => all.map(([key, count]) => ({ key, count }))

/** A slice of many rows; nothing fits what begins with 无. */
export function manyOrders({ stage, list, query, page }) {
  const all = query?.startsWith('无') ? [] : Array.from({ length: ROWS }, (_, place) => row(place))
  const open = all.filter((one) => OPEN.includes(one.stage))
  const in_list = open.filter(({ overdue }) => list !== 'overdue' || overdue)
  const shown = stage ? all.filter((one) => one.stage === stage) : in_list
  return {
    total: shown.length,
    rows: shown.slice(page.offset, page.offset + page.limit),
    open: open.length,
    stages: chips(...STAGES.map((key) => [key, all.filter((one) => one.stage === key).length])),
    lists: chips(['overdue', 10], ['not_contacted', 31], ['unsolved', 204], ['dissatisfied', 7]),
    categories: chips(['', 400], ['咨询', 2_900], ['环境卫生', 2_911]),
    urgencies: chips(['urgent', 3], ['pressing', 2_730], ['ordinary', 10_950]),
    buildings: chips(['齐河路338弄12号', 40], ['齐河路338弄13号', 9]),
    assignees: chips(['', 9_000], ['12号楼组长王阿姨', 30], ['董敏', 412]),
    all: ROWS,
  }
}
export const noOrders = {
  total: 0,
  rows: [],
  open: 0,
  stages: [],
  lists: [],
  categories: [],
  urgencies: [],
  buildings: [],
  assignees: [],
  all: 0,
}

const resident = (id, name, room, age) => ({
  id,
  name,
  sex: '男',
  age,
  address: `齐河路338弄${room.replace('-', '号')}室`,
  room,
  household: 'h1',
  phone: '138****5678',
  document: '310199********1234',
  document_kind: 'resident_id',
  registered_elsewhere: false,
  tags: [],
})
const piece = (text, level = null) => ({ text, level })
const ADDRESS = [piece('齐河路', 'road'), piece('三百三十八弄', 'lane'), piece('12号', 'number'), piece('，北门边上')]
const did = (at) => ({ by: '董敏', at: `2020-02-02T${at}:00` })
const BODY = `居民反映12号楼三楼到五楼的楼道里长期堆放纸箱、旧家具和电瓶车，影响通行，也担心消防安全。
之前向物业反映过两次，答应清理但没有下文。要求本周内清理干净，并回电告知结果。`
const blank = {
  again: null,
  signed: null,
  contacts: [],
  found: [],
  helps: [],
  replies: [],
  revisits: [],
  closed: null,
  returned: null,
  recalled: null,
  urged: [],
}
const EARLIER = {
  ...blank,
  from: '2020-02-01T09:12:00',
  signed: did('09:30'),
  returned: { reason: '不是居委会职责', ...did('09:40') },
}

/** What was done so far with an order at a stage. */
function turnOf({ stage, again, urged }) {
  const far = STAGES.indexOf(stage)
  const replied = ['replied', 'revisited', 'closed'].includes(stage)
  return {
    ...blank,
    from: '2020-02-02T09:12:00',
    again: again ? { reason: '请居委会再核实一次', by: '区级平台', at: '2020-02-02T09:12:00' } : null,
    signed: far > 0 ? did('09:20') : null,
    contacts:
      far > 1
        ? [
            { way: null, note: '电话打不通', ...did('09:31') },
            { way: 'phone', note: '约了下午三点上门看', ...did('09:58') },
          ]
        : [],
    found: far > 2 ? [{ facts: '三楼、四楼有纸箱，五楼有电瓶车一辆', reasonable: true, ...did('10:40') }] : [],
    helps:
      far > 2
        ? [
            { unit: '物业公司', what: '今天清走', asked: did('10:45'), given: { reason: '已清理', ...did('11:50') } },
            { unit: '派出所', what: '联系车主', asked: did('10:46'), given: null },
          ]
        : [],
    urged: urged ? [{ reason: '市民再次来电', by: '区级平台', at: '2020-02-02T11:00:00' }] : [],
    replies: replied
      ? [
          { result: 'solved', text: BODY, answer: null, counts: true, ...did('12:05') },
          { result: 'explained', text: '同上', answer: null, counts: false, ...did('12:06') },
        ]
      : [],
    revisits: ['revisited', 'closed'].includes(stage)
      ? [{ satisfaction: 'dissatisfied', words: '电瓶车还在', ...did('15:05') }]
      : [],
    closed: stage === 'closed' ? did('15:10') : null,
    returned: stage === 'returned' ? { reason: '不是本辖区', ...did('09:50') } : null,
    recalled: stage === 'recalled' ? { reason: '转给牡丹二居', by: '区级平台', at: '2020-02-02T09:50:00' } : null,
  }
}
const clock = (name, due, done, more) => ({
  clock: name,
  due: `2020-02-02T${due}:00`,
  done: done && `2020-02-02T${done}:00`,
  runs: !done,
  late: false,
  rang: [],
  ...more,
})

/** The card of a row, with all that can stand on one. */
export function orderCard({ id }) {
  const of = row(Number(id.slice(1)))
  const far = OPEN.includes(of.stage) ? STAGES.indexOf(of.stage) : OPEN.length
  const rang = [{ mark: 'ahead', at: '2020-02-02T10:42:00' }]
  return {
    row: of,
    body: BODY,
    reference: 'SH20200202-000417',
    address: of.resident ? [] : ADDRESS,
    deadline: of.source === '12345热线' ? '2020-02-03T09:12:00' : null,
    clocks: [
      clock('untouched', '09:42', far > 0 && '09:20'),
      clock('contact', '09:42', far > 1 && '09:58', { late: far > 1, rang: far > 1 ? [] : rang }),
      clock('reply', '13:24', far > 3 && '12:05', { rang }),
    ],
    turns: [...(of.again ? [EARLIER] : []), turnOf(of)],
    candidates: of.resident
      ? []
      : [
          {
            resident: resident('r2', '张晓明', '3-102', 31),
            reasons: [said('matching', 'door_contrary', {}, '地址不同'), said('matching', 'name_same', {}, '姓名一致')],
            chosen: false,
          },
        ],
    resident: of.resident ? resident(of.resident, of.name ?? '张晓明', '12-501', 83) : null,
    household_members: of.resident ? [resident('r9', '李芳', '12-501', 43)] : [],
    orders: of.same ? [row(4), row(16)] : [],
    tasks: [],
    timeline: [],
  }
}

const CLOSED =
  '核酸检测报告一般在采样后次日早上八点前可以在随申办“核酸检测报告”里查询，超过24小时没有结果的，请带身份证到采样点核对。'

/** Approved wordings: the district's, the committee's own, and old ones. */
export function manyAnswers({ query, category, old, page }) {
  const of = (place) => ({
    id: `a${place}`,
    title: one(['核酸报告几点出', '垃圾几点清运', `${'怎样申请临时出门'.repeat(6)}？`, '物业电话是多少'], place),
    body: place % 4 === 2 ? CLOSED.repeat(6) : CLOSED,
    category: one(['检测', '环境卫生', ''], place),
    written_at: '2020-02-02T09:12:00',
    by: place % 3 ? '董敏' : '区级平台',
    districts: place % 3 === 0,
    replaced_at: old && place % 5 === 4 ? '2020-02-03T09:12:00' : null,
  })
  const all = query?.startsWith('无') ? [] : Array.from({ length: 1_500 }, (_, place) => of(place))
  const shown = all.filter((answer) => !category || answer.category === category)
  return {
    total: shown.length,
    rows: shown.slice(page.offset, page.offset + page.limit),
    all: 1_500,
    categories: chips(['检测', 500], ['环境卫生', 500]),
  }
}
