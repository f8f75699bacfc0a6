import { join } from 'node:path'
import { createLmdbEventLog } from '@spanledger/runtime/event-log/lmdb'
import { openStore } from '@spanledger/runtime/event-log/lmdb/store'
import { inputTopics } from '@spanledger/schemas/events/topics'
import { until } from './until.ts'

const ledgerGroup = 'ledger'
const anyBytes = 8 * 2 ** 30

/** Resolves when the ledger has committed everything that was acknowledged: then all of it can be read in ClickHouse. */
export async function untilDrained(dataDir: string, withinMs = 60_000): Promise<void> {
  const log = createLmdbEventLog({ dir: join(dataDir, 'log') })
  await log.start()
  try {
    await until('the ledger to have read the whole log', async () => (await log.lag(ledgerGroup, inputTopics)) === 0, {
      withinMs,
      everyMs: 25,
    })
  } finally {
    await log.stop()
  }
}

/** Forgets how far the ledger had read: everything in the log is delivered again. Only while spanledger is stopped. */
export async function forgetPositions(dataDir: string): Promise<number> {
  const store = openStore(join(dataDir, 'log'), anyBytes)
  const positions = [
    ...store.state.getRange({ start: ['position', ledgerGroup], end: ['position', `${ledgerGroup}~`] }),
  ]
  await store.root.transaction(() => {
    for (const { key } of positions) void store.state.remove(key as (string | number)[])
  })
  await store.root.close()
  return positions.length
}
