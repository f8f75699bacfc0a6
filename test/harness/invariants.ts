import type { Sql } from './sql.ts'

/** What must hold of every ledger at any moment, as queries for what breaks it. */
const notUnique = 'an entry id that is not unique'

const broken: Readonly<Record<string, string>> = {
  'an identity that counts other than 0 or 1': `
    SELECT identity, sum(requests) AS n FROM ledger GROUP BY tenant, identity HAVING n NOT IN (0, 1)`,
  [notUnique]: `
    SELECT entry_id, count() AS n FROM ledger GROUP BY entry_id HAVING n > 1`,
  'a cost that is not the sum of its parts': `
    SELECT entry_id FROM ledger
    WHERE cost != cost_input + cost_cache_read + cost_cache_write + cost_output + cost_other`,
  'a charge that was taken back and still has measures': `
    SELECT identity, sum(cost) AS c, sum(input_tokens) AS i, sum(output_tokens) AS o, sum(unpriced_requests) AS u
    FROM ledger GROUP BY identity HAVING sum(requests) = 0 AND (c != 0 OR i != 0 OR o != 0 OR u != 0)`,
}

/** Keys that stand for one request: nothing live may share one within an hour, unless its response id was reused. */
const sharedKeys = (withinHours: string) => `
  SELECT key, groupArray(hour) AS hours FROM (
    SELECT key, identity, min(toUnixTimestamp(at)) AS hour FROM ledger ARRAY JOIN identity_keys AS key
    WHERE NOT has(warnings, 'ID_REUSED') GROUP BY key, identity HAVING sum(requests) > 0
  ) GROUP BY key HAVING count() > 1 ${withinHours}`

export interface InvariantsOptions {
  /** The auditor has had its time: no key is shared at any distance. */
  readonly audited?: boolean
  /** Ledgers may have written an entry twice at the same moment: what was too much is taken back, and the sums are right. */
  readonly shared?: boolean
}

/** Everything that breaks the ledger's promises, by promise; an empty object is a good ledger. */
export async function brokenInvariants(sql: Sql, options: InvariantsOptions = {}): Promise<Record<string, unknown[]>> {
  const near = `AND arrayExists((a, b) -> b - a <= 3600, arraySort(groupArray(hour)), arrayPushBack(arraySlice(arraySort(groupArray(hour)), 2), 9999999999))`
  const queries = {
    ...broken,
    'a key of two live charges': sharedKeys(options.audited ? '' : near),
  }
  const found: Record<string, unknown[]> = {}
  for (const [promise, query] of Object.entries(queries)) {
    if (options.shared && promise === notUnique) continue
    const rows = await sql(`${query} LIMIT 5`)
    if (rows.length > 0) found[promise] = rows
  }
  return found
}
