// Generated from crates/workstation/src/known.rs. Do not edit.

/** Stages of a reservation, in order, each with what it means for who works. */
export const RESERVATION_STAGES = [
  [
    "pending",
    "waiting"
  ],
  [
    "to_notify",
    "going"
  ],
  [
    "notified",
    "going"
  ],
  [
    "collected",
    "done"
  ],
  [
    "rejected",
    "bad"
  ]
] as const

/** Stages of an instruction. */
export const INSTRUCTION_STAGES = [
  [
    "sent",
    "waiting"
  ],
  [
    "acknowledged",
    "done"
  ]
] as const

/** Trays of tasks, in the order of the work. */
export const TASK_TRAYS = [
  [
    "undecided",
    "waiting"
  ],
  [
    "to_visit",
    "waiting"
  ],
  [
    "not_ours",
    "waiting"
  ],
  [
    "answered",
    "done"
  ],
  [
    "returned",
    "going"
  ],
  [
    "taken_back",
    "bad"
  ]
] as const

/** What a visit finds, in the order of the keys, and whether it answers a task. */
export const VISIT_OUTCOMES = [
  [
    "found",
    true
  ],
  [
    "not_found",
    true
  ],
  [
    "moved",
    true
  ],
  [
    "refused",
    true
  ],
  [
    "wrong_person",
    true
  ],
  [
    "no_answer",
    false
  ]
] as const

/** Stages of an order. */
export const ORDER_STAGES = [
  [
    "to_sign",
    "waiting"
  ],
  [
    "signed",
    "waiting"
  ],
  [
    "contacted",
    "waiting"
  ],
  [
    "handling",
    "waiting"
  ],
  [
    "replied",
    "going"
  ],
  [
    "revisited",
    "going"
  ],
  [
    "closed",
    "done"
  ],
  [
    "returned",
    "going"
  ],
  [
    "recalled",
    "bad"
  ]
] as const

/** How pressing an order is, the most urgent first. */
export const URGENCIES = [
  "urgent",
  "pressing",
  "ordinary"
] as const

/** What a reply to an order gives, in the order of the keys. */
export const ORDER_RESULTS = [
  "solved",
  "explained"
] as const

/** What a resident says when asked back, in the order of the keys. */
export const SATISFACTIONS = [
  "satisfied",
  "acceptable",
  "dissatisfied",
  "not_reached"
] as const

/** The lists by which a day of orders is closed. */
export const DAY_LISTS = [
  "came",
  "signed",
  "contacted_in_time",
  "replied_in_time",
  "overdue",
  "not_contacted",
  "unsolved",
  "dissatisfied",
  "returned"
] as const

/** The fields of a sheet, as the clerk calls them. */
export const FIELD_LABELS = {
  "address": "现住地址",
  "birth_date": "出生日期",
  "body": "诉求内容",
  "building": "楼栋",
  "by_district": "区级直办",
  "category": "诉求类型",
  "committee": "居委会",
  "deadline": "截止时间",
  "document_kind": "证件类型",
  "document_number": "证件号码",
  "estate": "小区",
  "household_number": "户编号",
  "name": "姓名",
  "note": "备注",
  "phone": "手机号码",
  "quantity": "预约数量",
  "reference": "来源编号",
  "registered_address": "户籍地址",
  "registered_at": "登记时间",
  "relation": "与户主关系",
  "room": "室号",
  "second_phone": "第二电话",
  "sex": "性别",
  "source": "登记来源",
  "tags": "标签",
  "title": "标题",
  "town": "街镇",
  "unit": "单元",
  "urgency": "紧急程度"
} as const

/** Those of the roster. */
export const ROSTER_FIELDS = [
  "name",
  "sex",
  "birth_date",
  "document_kind",
  "document_number",
  "phone",
  "second_phone",
  "estate",
  "building",
  "unit",
  "room",
  "address",
  "registered_address",
  "household_number",
  "relation",
  "tags",
  "note"
] as const

/** Those of reservations. */
export const RESERVATION_FIELDS = [
  "name",
  "document_kind",
  "document_number",
  "phone",
  "estate",
  "building",
  "unit",
  "room",
  "address",
  "quantity",
  "registered_at",
  "source",
  "note"
] as const

/** Those of tasks. */
export const TASK_FIELDS = [
  "name",
  "document_number",
  "phone",
  "second_phone",
  "town",
  "committee",
  "estate",
  "building",
  "unit",
  "room",
  "address",
  "source",
  "reference",
  "deadline",
  "note"
] as const

/** The most that is taken. */
export const MOST = {
  "copies": 99,
  "quantity": 999,
  "quota": 99999,
  "rows": 1000
} as const

/** Sizes of type that can be chosen, the usual one first. */
export const TYPE_SIZES = [
  14,
  16,
  18
] as const

/** The letter of the device by which the district writes. */
export const DISTRICT_LETTER = "W" as const
