export default {
  repeat: 'Once more',
  show: 'Show the password',
  missing: '{n} more character | {n} more characters',
  again: 'Type it once more',
  differs: 'The two differ',
  fits: 'Fits',
  rule: 'At least {n} characters of any kind; capitals count. Nobody can open the data without it: write it down and keep it.',
}
