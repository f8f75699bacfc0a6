import type { WatchedConfigFile } from '@spanledger/runtime/config-file/watch-config-file'
import type { Explanation } from '@spanledger/schemas/api/explanation'
import type { PricePreview } from '@spanledger/schemas/api/prices'
import type { PriceOverrides } from '@spanledger/schemas/prices/overrides'

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

/** Prices as the configuration file has them, which this process follows. */
export interface ConsolePrices {
  readonly file: Pick<WatchedConfigFile, 'current' | 'status'>
  /** Of the prices that the file asks for. */
  version(): string
  /** What the charges of the last days would cost with these. Throws PRICES_UNUSABLE; retryable without ClickHouse. */
  preview(prices: PriceOverrides, nowMs: number): Promise<PricePreview>
}
