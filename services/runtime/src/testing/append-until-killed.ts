import { createLmdbEventLog } from '../event-log/lmdb.ts'
import { recordsOf } from './killed-records.ts'

/**
 * A process for tests to kill: appends to the log in the directory of its first argument, several calls at a time, and
 * prints the number of each call once it is acknowledged. It also reads the group of its third, so that it dies holding it.
 */
const [dir = '', run = '', group = ''] = process.argv.slice(2)
const log = createLmdbEventLog({ dir, pollMs: 5 })
await log.start()
await log.subscribe({ group, topics: ['usage_events'], onEntries: async () => undefined })

let next = 0
async function appendForever(): Promise<void> {
  for (;;) {
    const call = next++
    await log.append(recordsOf(run, call))
    process.stdout.write(`${run}-${call}\n`)
  }
}
process.stdout.write('ready\n')
await Promise.all(Array.from({ length: 8 }, appendForever))
