import { readCoverage } from '@spanledger/console/queries/coverage'
import { resolveWindow } from '@spanledger/console/time/window'
import type { ClickHouse } from '@spanledger/runtime/clickhouse/client'
import { SpanledgerError } from '@spanledger/runtime/errors'
import type { ServiceCoverage } from '@spanledger/schemas/api/coverage'
import { type Check, ok, warning } from './check.ts'

const name = 'tag coverage'
const range = '7d'
/** Of the requests of a service; below it somebody should look. */
const bound = 0.9
/** A service that was only tried out is nobody's concern. */
const minRequests = 20
const told = 5

/** Which services do not say whose their requests are. */
export async function checkTagCoverage(clickhouse: ClickHouse, timeZone: string, nowMs: number): Promise<Check[]> {
  const window = resolveWindow({ range }, nowMs, timeZone)
  if (window.kind !== 'ok') return []
  try {
    const { services } = await readCoverage(clickhouse, window.value)
    return judge(services)
  } catch (error) {
    // Tables that are not there, or a server that went away, are other checks' to tell.
    if (error instanceof SpanledgerError) return []
    throw error
  }
}

function judge(services: readonly ServiceCoverage[]): Check[] {
  const short = services
    .filter(({ service, total }) => service !== null && Number(total.requests) >= minRequests)
    .map((each) => ({ service: each.service as string, lacking: lackingOf(each) }))
    .filter(({ lacking }) => lacking.length > 0)
  if (short.length === 0) {
    const share = `${bound * 100} %`
    return [ok(name, `of each service at least ${share} of the requests of 7 days have a team and a feature`)]
  }
  return short.slice(0, told).map(({ service, lacking }) => {
    const who = service === '' ? 'requests without a service' : service
    const shares = lacking.map(({ dimension, share }) => `${(share * 100).toFixed(0)} % have a ${dimension}`)
    const set = lacking.map(({ dimension }) => `spanledger.${dimension}=…`).join(',')
    return warning(
      name,
      `${who}: of the requests of 7 days ${shares.join(' and ')}`,
      `${service === '' ? 'set OTEL_SERVICE_NAME and ' : 'set '}OTEL_RESOURCE_ATTRIBUTES=${set} where it starts, or put a ` +
        'rule into spanledger.yaml (attribution.rules)',
    )
  })
}

function lackingOf({ total, with: said }: ServiceCoverage) {
  return (['team', 'feature'] as const)
    .map((dimension) => ({ dimension, share: Number(said[dimension].requests) / Number(total.requests) }))
    .filter(({ share }) => share < bound)
}
