export default {
  save: '保存筛选',
  name: '起个名字，回车保存',
  forget: '删掉筛选“{name}”',
  clear: '清除',
}
