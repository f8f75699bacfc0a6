import { SpanledgerError } from '../errors.ts'
import type { Metrics } from '../metrics.ts'

/** What every log reports of its appends. */
export function createAppendMetrics(metrics: Metrics) {
  const records = metrics.counter('spanledger_event_log_records_total', 'Records appended, by topic', ['topic'])
  const refused = metrics.counter('spanledger_event_log_refused_total', 'Appends refused, by the code of the error', [
    'code',
  ])
  return {
    appended: (topic: string, count: number) => records.inc({ topic }, count),
    refused: (error: unknown) => refused.inc({ code: error instanceof SpanledgerError ? error.code : 'UNKNOWN' }),
  }
}
