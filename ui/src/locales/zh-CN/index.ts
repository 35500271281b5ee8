// Chinese, what clerks read: one file per area of the screens, one key per line.
import announce from './announce'
import app from './app'
import backup from './backup'
import filters from './filters'
import imports from './import'
import instructions from './instructions'
import keys from './keys'
import nav from './nav'
import papers from './papers'
import password from './password'
import queue from './queue'
import roster from './roster'
import rounds from './rounds'
import settings from './settings'
import start from './start'
import sync from './sync'
import today from './today'

export default {
  app,
  keys,
  filters,
  nav,
  start,
  password,
  backup,
  today,
  queue,
  roster,
  import: imports,
  rounds,
  sync,
  instructions,
  announce,
  papers,
  settings,
}
