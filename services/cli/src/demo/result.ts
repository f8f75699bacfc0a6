import { join, relative } from 'node:path'
import type { Embedded } from '../compose/embedded.ts'
import type { Trace } from '../traces/trace-file.ts'
import { grouped, type Totals } from './totals.ts'

export interface DemoResult {
  readonly trace: Trace
  readonly totals: Totals
  readonly embedded: Embedded
  readonly dataDir: string
}

/** The end of the demo: the exact sum, what it leaves out, and where to look next. */
export function describeResult({ trace, totals, embedded, dataDir }: DemoResult): string {
  const password = relative(process.cwd(), join(dataDir, 'clickhouse', 'grafana-password'))
  const page = `${embedded.consoleUrl}/?range=6h`
  return [
    '',
    `All ${grouped(trace.rows)} requests of ${trace.name} are in. The ledger holds:`,
    `  ${grouped(totals.requests)} requests, ${grouped(totals.tokens)} tokens`,
    `  exactly $${totals.cost}, the sum of ${grouped(totals.requests - totals.unpriced)} priced requests`,
    `  ${grouped(totals.unpriced)} requests unpriced: a model without a price, counted and never 0`,
    `  ${grouped(totals.untagged)} requests untagged, ${(totals.cacheHitRatio * 100).toFixed(1)} % of input tokens from prompt caches`,
    ...(totals.requests < trace.rows ? [`  ${trace.rows - totals.requests} more are on their way`] : []),
    '',
    `Look at it: ${page}`,
    'Ask it yourself, as a user who can only read:',
    `  curl -s "${embedded.clickhouseUrl()}/?database=spanledger" \\`,
    `    -H "X-ClickHouse-User: grafana" -H "X-ClickHouse-Key: $(cat ${password})" --data-binary \\`,
    '    "SELECT model, sum(requests) AS requests, sum(cost) AS usd, sum(unpriced_requests) AS unpriced',
    '     FROM spend GROUP BY model ORDER BY usd DESC FORMAT PrettyCompact"',
    'Ctrl-C stops it; starting it again sends nothing twice.',
  ].join('\n')
}
