/** Topics of the event log. Every input topic has the same number of partitions. */
export const topics = {
  spans: 'otlp_spans',
  logs: 'otlp_logs',
  metrics: 'otlp_metrics',
  usageEvents: 'usage_events',
  /** What happened to alerts: written by the detector, read by every channel that tells people. */
  alerts: 'alerts',
} as const

/** What producers write and the ledger reads. */
export const inputTopics = [topics.spans, topics.logs, topics.metrics, topics.usageEvents] as const

/** Where records that could not be charged are kept, with origin and reason. */
export function rejectedTopic(topic: string): string {
  return `${topic}.rejected`
}

/** Record headers, stamped by the door; they beat any attribute. */
export const attributionHeader = 'spanledger-attribution'
export const tenantHeader = 'spanledger-tenant'
export const defaultTenant = 'default'
