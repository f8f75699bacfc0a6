import { expect, it } from 'vitest'
import { createMetrics } from './metrics.ts'

it('gives the same metric for the same name', async () => {
  const metrics = createMetrics()
  metrics.counter('spanledger_events_total', 'events', ['reason']).inc({ reason: 'a' })
  metrics.counter('spanledger_events_total', 'events', ['reason']).inc({ reason: 'a' })
  expect(await metrics.render()).toContain('spanledger_events_total{reason="a"} 2')
})

it('refuses a name that is another kind of metric already', () => {
  const metrics = createMetrics()
  metrics.counter('spanledger_events_total', 'events')
  expect(() => metrics.gauge('spanledger_events_total', 'events')).toThrow('another kind')
})

it('keeps the metrics of two registries apart', async () => {
  const first = createMetrics()
  first.gauge('spanledger_one', 'one').set(1)
  expect(await createMetrics().render()).not.toContain('spanledger_one')
})

it('takes buckets, and reports the process when asked', async () => {
  const metrics = createMetrics({ process: true })
  metrics.histogram('spanledger_took_seconds', 'how long', ['what'], [0.1, 1]).observe({ what: 'x' }, 0.5)
  const text = await metrics.render()
  expect(text).toContain('spanledger_took_seconds_bucket{le="1",what="x"} 1')
  expect(text).toContain('process_resident_memory_bytes')
})

it('asks the owner of a metric at every scrape, and shows what it says', async () => {
  const metrics = createMetrics()
  let value = 1
  const collect = () => [{ labels: { model: 'a "b"' }, value, suffix: '_sum' }]
  metrics.collected({ name: 'llm_seconds', help: 'how long', type: 'histogram', collect })
  expect(await metrics.render()).toContain('# TYPE llm_seconds histogram\nllm_seconds_sum{model="a \\"b\\""} 1')
  value = 2
  expect(await metrics.render()).toContain('llm_seconds_sum{model="a \\"b\\""} 2')
  metrics.collected({ name: 'llm_seconds', help: 'how long', type: 'histogram', collect: () => [] })
  expect(await metrics.render()).not.toContain('llm_seconds_sum')
})
