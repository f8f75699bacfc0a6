import { randomInt } from 'node:crypto'
import type { ClickHouse, InsertOptions } from '@spanledger/runtime/clickhouse/client'
import type { Claimed } from '../ports.ts'

/**
 * Ends inserts whose outcome is unknown, and those of ledgers that no longer own what they insert. Killing what runs is
 * not enough: an insert that its client gave up, or whose client was killed or paused, may still be on its way and arrive
 * when its rows were written anew. So every insert asks, once the server has it, whether it was given up or its
 * partitions were claimed by somebody later, and is refused if so.
 *
 * First the fence is written, then what runs is killed: an insert that was registered before the kill is ended or
 * awaited by it, and one that is registered later finds the fence.
 */
export interface InsertFences {
  /** What makes an insert refuse itself when it comes too late. */
  guard(insertId: string): Pick<InsertOptions, 'queryId' | 'refuseIf' | 'params'>
  /** After it resolves, this insert has happened or never will. */
  giveUp(insertId: string): Promise<void>
  /** The same for every insert that any ledger began for one of these partitions before now. */
  claim(partitions: readonly string[]): Promise<Claimed>
}

const refuseIf = `((SELECT count() FROM partition_claims WHERE writer = {writer:String}
  AND generation > {generation:UInt64} AND hasAny(partitions, {partitions:Array(String)}))
+ (SELECT count() FROM insert_fences WHERE writer = {writer:String}
  AND generation = {generation:UInt64} AND insert_id = {insert_id:String})) > 0`

/** `writer` starts the query id of every insert of the group; `instance` is this ledger's name in it. */
export function createInsertFences(clickhouse: ClickHouse, writer: string, instance: string): InsertFences {
  let held: { generation: bigint; partitions: readonly string[] } = { generation: 0n, partitions: [] }
  const queryIdOf = (insertId: string) => `${writer}${held.generation}-${instance}-${insertId}`

  async function newestClaim(partitions: readonly string[]): Promise<bigint> {
    const [newest] = await clickhouse.query<{ generation: string }>(
      `SELECT max(generation) AS generation FROM partition_claims
       WHERE writer = {writer:String} AND hasAny(partitions, {partitions:Array(String)})`,
      { writer, partitions },
    )
    return BigInt(newest?.generation ?? 0)
  }

  /** Claims that cross in time agree on which is the later one; who finds that its own is not claims again. */
  async function writeClaim(partitions: readonly string[]): Promise<bigint> {
    for (;;) {
      const generation = ((((await newestClaim(partitions)) >> 32n) + 1n) << 32n) | BigInt(randomInt(2 ** 32))
      await clickhouse.insertRows('partition_claims', [
        { writer, generation: String(generation), instance, partitions },
      ])
      if ((await newestClaim(partitions)) === generation) return generation
    }
  }

  async function endOlder(generation: bigint, partitions: readonly string[]): Promise<void> {
    const running = await clickhouse.query<{ query_id: string }>(
      `SELECT query_id FROM system.processes
       WHERE startsWith(query_id, {writer:String})
         AND toUInt64OrZero(splitByChar('-', substring(query_id, length({writer:String}) + 1))[1]) IN (
           SELECT generation FROM partition_claims WHERE writer = {writer:String}
             AND generation < {generation:UInt64} AND hasAny(partitions, {partitions:Array(String)}))`,
      { writer, generation: String(generation), partitions },
    )
    for (const { query_id } of running) await clickhouse.killQuery(query_id)
  }

  async function hasOthers(partitions: readonly string[]): Promise<boolean> {
    const [others] = await clickhouse.query<{ n: string }>(
      `SELECT count() AS n FROM partition_claims
       WHERE writer = {writer:String} AND NOT hasAll({partitions:Array(String)}, partitions)`,
      { writer, partitions },
    )
    return Number(others?.n ?? 0) > 0
  }

  return {
    guard: (insertId) => ({
      queryId: queryIdOf(insertId),
      refuseIf,
      params: { writer, generation: String(held.generation), partitions: held.partitions, insert_id: insertId },
    }),
    async giveUp(insertId) {
      await clickhouse.insertRows('insert_fences', [
        { writer, generation: String(held.generation), insert_id: insertId },
      ])
      await clickhouse.killQuery(queryIdOf(insertId))
    },
    async claim(partitions) {
      if (partitions.length === 0) {
        held = { generation: 0n, partitions }
        return { hasOthers: true }
      }
      const generation = await writeClaim(partitions)
      held = { generation, partitions }
      await endOlder(generation, partitions)
      return { hasOthers: await hasOthers(partitions) }
    },
  }
}
