// 核查任务
export default {
  stage: {
    open: '待核查',
    answered: '已核查',
    returned: '已退回',
    taken_back: '已撤回',
  },
  way: {
    phone: '电话',
    door: '上门',
  },
  outcome: {
    found: '找到本人',
    not_found: '查无此人',
    moved: '已搬离',
    refused: '拒绝配合',
    wrong_person: '不是本人',
    no_answer: '无人应答',
  },
}
