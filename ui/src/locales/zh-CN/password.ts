export default {
  repeat: '再输一次',
  show: '显示密码',
  missing: '还差 {n} 个字符',
  again: '请再输一次',
  differs: '两次输入的不一样',
  fits: '可以用',
  rule: '至少 {n} 个字符，字母、数字、汉字、符号都可以，分大小写。忘记了谁也打不开，请写下来收好。',
}
