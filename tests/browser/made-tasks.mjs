// Invented tasks, as the program answers with them: what no test database has (very many, very long, every tray, candidates
// with every kind of reason). Whoever looks at pages intercepts the calls with these.
import { said } from './host.mjs'

/** Rows of the list; its trays' counts follow from them. */
const ROWS = 20_000
const OPEN = ['undecided', 'to_visit', 'not_ours']
const TRAYS = [...OPEN, 'answered', 'returned', 'taken_back']
const NAMES = ['张晓明', '王㛃', '欧阳小禾', '李建国', '阿卜杜热西提·买买提依明江', '赵六', '']
const SOURCES = [['道口'], ['道口', '12345热线'], ['健康平台'], ['道口', '12345热线', '健康平台']]
const CAUSES = ['source', 'passed_on', 'answered']
const ASSIGNEES = [null, '董敏', '12号楼组长王阿姨', null]
/** Minutes left of the first rows, and by how much each later one has more. */
const [FIRST, STEP] = [-100, 19]

const trayOf = (place) => TRAYS[place % 19 < 12 ? place % 3 : 3 + (place % 3)]
const two = (number) => String(number).padStart(2, '0')

function row(place) {
  const tray = trayOf(place)
  const known = ['to_visit', 'answered'].includes(tray)
  return {
    id: `t${place}`,
    tray,
    cause: tray === 'taken_back' ? CAUSES[place % CAUSES.length] : null,
    name: NAMES[place % NAMES.length],
    document: place % 5 ? '310199********1234' : null,
    phone: place % 4 ? '138****5678' : null,
    address: known
      ? `齐河路338弄${1 + (place % 20)}号${101 + (place % 600)}室`
      : '齐河路三百三十八弄12号里的501，菜场旁边',
    room: known ? `${1 + (place % 20)}-${101 + (place % 600)}` : null,
    resident: known ? `r${place}` : null,
    sources: SOURCES[place % SOURCES.length],
    tasks: SOURCES[place % SOURCES.length].length,
    deadline: `2020-02-02T${two(13 + (place % 9))}:24:00`,
    minutes_left: OPEN.includes(tray) ? FIRST + place * STEP : null,
    assignee: ASSIGNEES[place % ASSIGNEES.length],
    tries: place % 7 === 3 ? 2 : 0,
    outcome: tray === 'answered' ? ['found', 'moved', 'refused'][place % 3] : null,
    visited_today: place % 11 === 1 ? '2020-02-02T09:12:00' : null,
    asks: place % 2 === 1,
  }
}

/** Numbers in clear of whoever is in these rows. */
export const inClear = { document_number: '310199199001011234', phone: '13800005678', second_phone: null }

const chips = (...all) => all.map(([key, count]) => ({ key, count }))

/** A slice of many rows; nothing fits what begins with 无. */
export function manyTasks({ tray, pressing, query, page }) {
  const fits = ({ tray: lies, minutes_left: left }) =>
    (tray ? lies === tray : OPEN.includes(lies)) && (!pressing || (left !== null && left < 120))
  const all = query?.startsWith('无') ? [] : Array.from({ length: ROWS }, (_, place) => row(place))
  const shown = all.filter(fits)
  return {
    total: shown.length,
    rows: shown.slice(page.offset, page.offset + page.limit),
    counts: chips(...TRAYS.map((key) => [key, all.filter((one) => one.tray === key).length])),
    pressing: 12,
    buildings: chips(['齐河路338弄12号', 40], ['齐河路338弄13号', 9]),
    assignees: chips(['', 9_000], ['12号楼组长王阿姨', 30], ['董敏', 412]),
    sources: chips(['12345热线', 4_000], ['健康平台', 3_000], ['道口', 9_000]),
    all: ROWS,
  }
}
export const noTasks = {
  total: 0,
  rows: [],
  counts: [],
  pressing: 0,
  buildings: [],
  assignees: [],
  sources: [],
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
const why = (code, text) => said('matching', code, {}, text)
const CANDIDATES = [
  {
    resident: resident('r1', '张小明', '12-501', 45),
    reasons: [
      why('phone_same', '手机号一致'),
      why('door_near', '号室一致，地名相近'),
      why('name_sound', '姓名同音不同字'),
    ],
    chosen: false,
  },
  {
    resident: resident('r2', '张晓明', '3-102', 31),
    reasons: [why('id_other', '证件号码不同'), why('door_contrary', '地址不同'), why('name_same', '姓名一致')],
    chosen: false,
  },
  {
    resident: resident('r3', '张晓名', '12-502', 8),
    reasons: [why('door_building', '同一楼栋，没写室号'), why('name_sound', '姓名同音不同字')],
    chosen: false,
  },
  {
    resident: resident('r4', '章晓明', '7-1203', 77),
    reasons: [why('door_contrary', '地址不同'), why('name_sound', '姓名同音不同字')],
    chosen: false,
  },
]
const piece = (text, level = null) => ({ text, level })
const ADDRESS = [
  piece('齐河路', 'road'),
  piece('三百三十八弄', 'lane'),
  piece('12号', 'number'),
  piece('里的'),
  piece('501', 'room'),
  piece('，菜场旁边'),
]
const QUESTIONS = [
  { name: '有无症状', choices: ['无', '发热', '咳嗽'] },
  { name: '与谁同住', choices: ['独居', '家人', '合租'] },
  { name: '返沪日期' },
]
const NOTE = '1月28日经G2京沪高速道口入沪，自述居住在亲属家中，需核实居住地、返沪日期及有无症状，并告知居家观察要求。'

/** The card of a row, with all that can stand on one. */
export function taskCard({ id }) {
  const of = row(Number(id.slice(1)))
  return {
    row: of,
    asked: of.sources.map((source, place) => ({
      id: `${of.id}-${place}`,
      source,
      reference: `${source[0]}-2020020${place}-${of.id}`,
      name: place === 1 ? '张小明' : of.name,
      document: place === 2 ? null : '310199********1234',
      phone: place === 1 ? '139****5678' : '138****5678',
      address: place === 1 ? [piece('12-501')] : ADDRESS,
      note: place === 0 ? NOTE : null,
      pushed_at: '2020-02-02T01:24:00',
      deadline: of.deadline,
    })),
    questions: of.asks ? QUESTIONS : [],
    candidates: of.tray === 'not_ours' ? [] : CANDIDATES,
    resident: of.resident ? resident(of.resident, '张晓明', of.room, 45) : null,
    household_members: of.resident ? [resident('r9', '李芳', of.room, 43), resident('r8', '张小宝', of.room, 8)] : [],
    visits: [
      ...(of.tries ? [1, 2] : []).map((hour) => visit('no_answer', `2020-02-02T0${hour}:24:00`)),
      ...(of.outcome ? [{ ...visit(of.outcome, '2020-02-02T10:05:00'), ...LEARNT, answer: true }] : []),
    ],
    reason: of.tray === 'returned' ? '不是本辖区' : null,
    taken_back: of.cause && '误推',
    timeline: [],
  }
}
const visit = (outcome, at) => ({ way: 'phone', outcome, learnt: {}, note: null, by: '董敏', at, answer: false })
const LEARNT = { learnt: { 有无症状: '无', 返沪日期: '2020-01-28' }, note: '家属接的电话，下午再确认' }
