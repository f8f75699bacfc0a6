import { SpanledgerError } from '../errors.ts'
import { createMetrics, type Metrics } from '../metrics.ts'

/** What a log on this machine reports. */
export function createLocalLogMetrics(metrics: Metrics = createMetrics()) {
  const bytes = metrics.gauge('spanledger_event_log_bytes', 'Live bytes: not processed yet, or retained')
  const records = metrics.counter('spanledger_event_log_records_total', 'Records appended, by topic', ['topic'])
  const refused = metrics.counter('spanledger_event_log_refused_total', 'Appends refused, by the code of the error', [
    'code',
  ])
  return {
    liveBytes: (live: number) => bytes.set(live),
    appended: (topic: string, count: number) => records.inc({ topic }, count),
    refused: (error: unknown) => refused.inc({ code: error instanceof SpanledgerError ? error.code : 'UNKNOWN' }),
  }
}
