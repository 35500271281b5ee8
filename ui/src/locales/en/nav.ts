export default {
  today: 'Today',
  roster: 'Roster',
  rounds: 'Rounds',
  instructions: 'Instructions',
  papers: 'Notices & print',
  settings: 'Settings',
}
