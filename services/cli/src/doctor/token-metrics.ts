import { createClickHouseTokenMetrics } from '@spanledger/ledger/adapters/clickhouse-token-metrics'
import type { Comparison, Tolerance } from '@spanledger/ledger/token-metrics/compare'
import { describeDifference } from '@spanledger/ledger/token-metrics/reconciler'
import { closedWindow } from '@spanledger/ledger/token-metrics/window'
import type { ClickHouse } from '@spanledger/runtime/clickhouse/client'
import { SpanledgerError } from '@spanledger/runtime/errors'
import { type Check, ok, warning } from './check.ts'

const name = 'token metrics'
/** The largest are told; where one thing is wrong, every type of token differs. */
const told = 5

/** Whether the ledger holds what the services' own token metrics count. */
export async function checkTokenMetrics(clickhouse: ClickHouse, tolerance: Tolerance, nowMs: number): Promise<Check[]> {
  try {
    const compared = await createClickHouseTokenMetrics(clickhouse).compare(closedWindow(nowMs), tolerance)
    return judge(compared, tolerance)
  } catch (error) {
    // Tables that are not there, or a server that went away, are other checks' to tell.
    if (error instanceof SpanledgerError) return []
    throw error
  }
}

function judge(compared: readonly Comparison[], { ratio }: Tolerance): Check[] {
  if (compared.length === 0) return [ok(name, 'none came in the last six hours that the ledger could be compared with')]
  const differing = compared
    .filter(({ differs }) => differs)
    .toSorted((a, b) => Math.abs(b.ledgerTokens - b.metricTokens) - Math.abs(a.ledgerTokens - a.metricTokens))
  if (differing.length === 0) {
    const services = new Set(compared.map(({ tenant, service }) => JSON.stringify([tenant, service]))).size
    const of = services === 1 ? 'one service agree' : `${services} services agree`
    return [ok(name, `those of ${of} with the ledger, within ${ratio * 100} %`)]
  }
  return differing
    .slice(0, told)
    .map((each) => warning(name, `${describeDifference(each)}, tenant ${each.tenant}`, fixOf(each)))
}

function fixOf({ ratio }: Comparison): string {
  return ratio < 0
    ? 'look for spans or events that are sampled, dropped or refused on their way (sampler, collector queues, ' +
        'the table `rejected`), and for calls that are measured but not traced'
    : 'look for calls that two instrumentations report without an id in common, and for metrics that are not exported ' +
        '(a process that ends without a flush)'
}
