import type { Explanation } from '@spanledger/schemas/api/explanation'

/** Reads ClickHouse. 64-bit integers and decimals come back as strings. Throws SpanledgerError when it cannot. */
export interface LedgerReader {
  query<Row>(sql: string, params?: Record<string, unknown>): Promise<readonly Row[]>
}

/** How a charge came to its cost, by entry, response or event id; null when there is no such charge. */
export type Explainer = (id: string) => Promise<Explanation | null>

/** Models of the price catalogue with names like this one, the likeliest first. */
export type NearModels = (
  provider: string,
  model: string,
) => readonly { readonly provider: string; readonly model: string }[]
