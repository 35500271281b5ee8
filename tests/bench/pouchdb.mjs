// PouchDB 9 replicating from express-pouchdb over HTTP on loopback, both in memory: the same rows, the same three measures
// as `exchange_bench`. `pouchdb.mjs ROWS`: a file with one document a line. Prints lines of JSON.
import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const PouchDB = require('pouchdb')
PouchDB.plugin(require('pouchdb-adapter-memory'))
const Memory = PouchDB.defaults({ adapter: 'memory' })
// Its default of 100 is slower: it gets the largest page that makes it faster.
const PAGES = { batch_size: 1000, batches_limit: 10 }
const CHANGES = 100
const program = 'PouchDB 9 (in memory)'

if (process.argv[2] === 'serve') serve()
else await measure(process.argv[2])

/** The server, in a process of its own. */
function serve() {
  const app = require('express')()
  app.use('/', require('express-pouchdb')(Memory, { mode: 'minimumForPouchDB', inMemoryConfig: true }))
  const server = app.listen(0, '127.0.0.1', () => process.send(server.address().port))
}

async function timed(measure, count, work) {
  const begun = performance.now()
  await work()
  console.log(JSON.stringify({ program, measure, count, seconds: (performance.now() - begun) / 1000 }))
}

async function measure(file) {
  const rows = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const server = fork(fileURLToPath(import.meta.url), ['serve'])
  const port = await new Promise((resolve) => server.once('message', resolve))
  const remote = `http://127.0.0.1:${port}/committee`
  const [first, second] = [new Memory('first'), new Memory('second')]
  await first.bulkDocs(rows.map((row) => ({ ...row })))
  await first.replicate.to(remote, PAGES)
  await timed('first sync', rows.length, () => second.replicate.from(remote, PAGES))
  const { doc_count: arrived } = await second.info()
  if (arrived !== rows.length) throw new Error(`${arrived} of ${rows.length} rows arrived`)
  for (const { _id } of rows.slice(0, CHANGES)) {
    await first.put({ ...(await first.get(_id)), phone: '13800000000' })
  }
  await timed('100 changes, handed over', CHANGES, () => first.replicate.to(remote, PAGES))
  await timed('100 changes, taken in', CHANGES, () => second.replicate.from(remote, PAGES))
  if ((await second.get(rows[0]._id)).phone !== '13800000000') throw new Error('the changes did not arrive')
  server.kill()
}
