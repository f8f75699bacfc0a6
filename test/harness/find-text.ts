import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createLmdbEventLog } from '@spanledger/runtime/event-log/lmdb'
import { rejectedTopic, topics } from '@spanledger/schemas/events/topics'
import type { Sql } from './sql.ts'

/** Places in a data directory where a text could be found, decompressed where they are compressed. */
export async function findInLedger(sql: Sql, text: string): Promise<string[]> {
  const columns = await sql<{ table: string; name: string }>(
    `SELECT table, name FROM system.columns WHERE database = 'spanledger' AND default_kind = '' ORDER BY table, name`,
  )
  const found: string[] = []
  for (const [table, names] of groupByTable(columns)) {
    const row = names.map((name) => `ifNull(toString(\`${name}\`), '')`).join(`, ' ', `)
    const like = `concat(${row}, ' ') LIKE '%${text}%'`
    const [hits] = await sql<{ n: string }>(`SELECT count() AS n FROM \`${table}\` WHERE ${like}`)
    if (hits?.n !== '0') found.push(table)
  }
  return found
}

function groupByTable(columns: readonly { table: string; name: string }[]): Map<string, string[]> {
  const tables = new Map<string, string[]>()
  for (const { table, name } of columns) tables.set(table, [...(tables.get(table) ?? []), name])
  return tables
}

/** Every entry of the log that holds the text, in its value, key or headers. */
export async function findInLog(dataDir: string, text: string): Promise<string[]> {
  const inputs = Object.values(topics)
  const log = createLmdbEventLog({ dir: join(dataDir, 'log') })
  await log.start()
  const found: string[] = []
  const group = 'text-search'
  let seen = 0
  const wanted = [...inputs, ...inputs.map(rejectedTopic)]
  const total = await log.lag(group, wanted)
  const subscription = await log.subscribe({
    group,
    topics: wanted,
    async onEntries(entries) {
      for (const { topic, offset, value, key, headers } of entries) {
        seen++
        const everything = Buffer.from(value).toString('latin1') + key + JSON.stringify(headers)
        if (everything.includes(text)) found.push(`${topic}/${offset}`)
      }
    },
  })
  while (seen < total) await new Promise((resolve) => setTimeout(resolve, 10))
  await subscription.stop()
  await log.stop()
  return found
}

/** Every file below the directory that holds the text as it is. */
export function findInFiles(dir: string, text: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((name) => join(dir, name))
    .filter((path) => statSync(path).isFile() && readFileSync(path).includes(text))
}
