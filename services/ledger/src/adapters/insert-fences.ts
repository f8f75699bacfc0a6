import type { ClickHouse, InsertOptions } from '@spanledger/runtime/clickhouse/client'

/**
 * Ends inserts whose outcome is unknown. Killing what runs is not enough: an insert that its client gave up, or whose
 * client was killed, may still be on its way and arrive when its rows were written anew. So every insert asks, once the
 * server has it, whether it was given up, and is refused if so.
 *
 * First the fence is written, then what runs is killed: an insert that was registered before the kill is ended or
 * awaited by it, and one that is registered later finds the fence.
 */
export interface InsertFences {
  /** What makes an insert refuse itself when it comes too late. */
  guard(insertId: string): Pick<InsertOptions, 'refuseIf' | 'params'>
  /** After it resolves, this insert has happened or never will. */
  giveUp(insertId: string): Promise<void>
  /** The same for every insert that this writer began before now, in whatever process. */
  begin(): Promise<void>
}

const refuseIf = `(SELECT count() FROM insert_fences WHERE writer = {writer:String}
  AND (generation > {generation:UInt64} OR insert_id = {insert_id:String})) > 0`

/** `writer` starts the query id of every insert. */
export function createInsertFences(clickhouse: ClickHouse, writer: string): InsertFences {
  let generation = 0

  return {
    guard: (insertId) => ({ refuseIf, params: { writer, generation, insert_id: insertId } }),
    async giveUp(insertId) {
      await clickhouse.insertRows('insert_fences', [{ writer, generation, insert_id: insertId }])
      await clickhouse.killQuery(`${writer}${insertId}`)
    },
    async begin() {
      const [last] = await clickhouse.query<{ generation: string }>(
        'SELECT max(generation) AS generation FROM insert_fences WHERE writer = {writer:String}',
        { writer },
      )
      generation = Number(last?.generation ?? 0) + 1
      await clickhouse.insertRows('insert_fences', [{ writer, generation, insert_id: '' }])
      const running = await clickhouse.query<{ query_id: string }>(
        'SELECT query_id FROM system.processes WHERE startsWith(query_id, {writer:String})',
        { writer },
      )
      for (const { query_id } of running) await clickhouse.killQuery(query_id)
    },
  }
}
