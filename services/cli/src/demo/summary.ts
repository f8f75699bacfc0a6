import { join, relative } from 'node:path'
import { grouped } from '@spanledger/schemas/figure-text'
import type { Embedded } from '../compose/embedded.ts'
import { isOpen } from './alert-feed.ts'
import { alertInWords } from './describe-alert.ts'
import { clockOf, roundedToCents } from './figures.ts'
import type { Findings } from './findings.ts'
import type { Totals } from './totals.ts'

export interface Summary {
  readonly findings: Findings
  readonly totals: Totals
  /** Requests that the door has acknowledged. */
  readonly sent: number
  readonly embedded: Pick<Embedded, 'consoleUrl' | 'clickhouseUrl'>
  readonly dataDir: string
  /** When the first bad request of an incident was sent: wall clock; undefined for one that an earlier start sent. */
  firstSentMs(kind: string): number | undefined
}

/** The end of the time-lapse: what was found against what was injected, the exact sum, and where to look next. */
export function describeSummary(summary: Summary): string {
  const { totals, sent, embedded } = summary
  const more = sent - totals.requests
  return [
    '',
    ...foundLines(summary),
    '',
    `The ledger holds ${grouped(totals.requests)} requests, ${grouped(totals.tokens)} tokens, ${totals.unpriced} unpriced,`,
    `exactly $${totals.cost}.${more > 0 ? ` ${more} more requests are on their way.` : ''}`,
    `Look at it: ${embedded.consoleUrl}/?range=6h`,
    ...sqlLines(summary),
    'From here on the traffic is live. Ctrl-C stops it; starting it again sends nothing twice.',
  ].join('\n')
}

function foundLines({ findings, embedded, firstSentMs }: Summary): string[] {
  const { incidents, others } = findings
  if (incidents.length === 0)
    return [
      others.length === 0 ? 'Nothing was injected, and nothing was reported.' : '',
      ...otherLines(findings, embedded),
    ]
  const lines = ['What was injected, which the detector was not told, and what it found:']
  for (const { incident, found } of incidents) {
    const { kind, feature, fromMs, toMs } = incident
    const what = `${alertInWords({ kind, dims: { feature } })}, ${clockOf(fromMs)} to ${clockOf(toMs)}`
    if (found === undefined) {
      lines.push(`  ✗ MISSED: ${what}`)
      continue
    }
    const sentMs = firstSentMs(kind)
    const after =
      sentMs === undefined ? '' : `, found ${Math.round((found.seenMs - sentMs) / 1000)} s after its first request`
    lines.push(
      `  ✓ ${what}${after}`,
      `      ${roundedToCents(found.highestUsdPerHour)} an hour, ${roundedToCents(found.impactUsd)} ${isOpen(found) ? 'so far' : 'in all'}` +
        `   ${embedded.consoleUrl}/?alert=${found.id}`,
    )
  }
  return [...lines, ...otherLines(findings, embedded), ...(others.length === 0 ? ['  Nothing else was reported.'] : [])]
}

function otherLines({ others }: Findings, { consoleUrl }: Summary['embedded']): string[] {
  return others.map((alert) => `  ! also reported: ${alertInWords(alert)}   ${consoleUrl}/?alert=${alert.id}`)
}

function sqlLines({ embedded, dataDir }: Summary): string[] {
  const password = relative(process.cwd(), join(dataDir, 'clickhouse', 'grafana-password'))
  return [
    'Ask it yourself, as a user who can only read:',
    `  curl -s "${embedded.clickhouseUrl()}/?database=spanledger" \\`,
    `    -H "X-ClickHouse-User: grafana" -H "X-ClickHouse-Key: $(cat ${password})" --data-binary \\`,
    '    "SELECT feature, sum(requests) AS requests, sum(cost) AS usd, sum(unpriced_requests) AS unpriced',
    '     FROM spend WHERE day >= today() - 6 GROUP BY feature ORDER BY usd DESC FORMAT PrettyCompact"',
  ]
}
