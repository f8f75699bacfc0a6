import { createMetrics, type Metrics } from '../metrics.ts'
import { createAppendMetrics } from './append-metrics.ts'

/** What a log on this machine reports. */
export function createLocalLogMetrics(metrics: Metrics = createMetrics()) {
  const bytes = metrics.gauge('spanledger_event_log_bytes', 'Live bytes: not processed yet, or retained')
  return {
    ...createAppendMetrics(metrics),
    liveBytes: (live: number) => bytes.set(live),
  }
}
