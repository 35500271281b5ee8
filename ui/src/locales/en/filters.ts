export default {
  save: 'Save filter',
  name: 'A name, Enter saves',
  forget: 'Forget the filter “{name}”',
  clear: 'Clear',
}
