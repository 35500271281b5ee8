// English, for the district's engineers: one file per area of the screens, one key per line. A file is found by its name.
import { byArea } from '../files'

export default byArea(import.meta.glob<object>(['./*.ts', '!./index.ts'], { eager: true, import: 'default' }))
