export default {
  title: 'New registrations',
  setting: "A sound and a desktop notification when registrations come from the residents' form",
  text: 'At most once an exchange; it says how many, never who.',
  refused:
    'Desktop notifications are not allowed here: there is a sound, and a notice in this window. In a browser, allow them in its site settings.',
  registrations: '{n} new registration | {n} new registrations',
  ranOut: 'time is over for {n} step of orders | time is over for {n} steps of orders',
  runOut: 'time runs out for {n} step of orders | time runs out for {n} steps of orders',
  near: '{n} row to verify within two hours | {n} rows to verify within two hours',
  overdue: '{n} row to verify is overdue | {n} rows to verify are overdue',
  open: 'Look',
  try: 'This is how new registrations are announced',
  tryIt: 'Try it',
}
