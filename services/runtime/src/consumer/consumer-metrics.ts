import type { Metrics } from '../metrics.ts'

/** What a consumer reports, each labelled with its group. */
export function createConsumerMetrics(metrics: Metrics, group: string) {
  const labels = { group }
  const lag = metrics.gauge('spanledger_consumer_lag_entries', 'Entries in the log that the group has not finished', [
    'group',
  ])
  const batches = metrics.counter('spanledger_consumer_batches_total', 'Batches handled', ['group'])
  const entries = metrics.counter('spanledger_consumer_entries_total', 'Entries handled', ['group'])
  const retries = metrics.counter('spanledger_consumer_retries_total', 'Retries, by the code of the error', [
    'group',
    'code',
  ])
  const seconds = metrics.histogram('spanledger_consumer_handle_seconds', 'Time to handle a batch, retries included', [
    'group',
  ])
  return {
    lag: (count: number) => lag.set(labels, count),
    retried: (code: string) => retries.inc({ group, code }),
    handled(entryCount: number, tookMs: number) {
      batches.inc(labels)
      entries.inc(labels, entryCount)
      seconds.observe(labels, tookMs / 1000)
    },
  }
}
