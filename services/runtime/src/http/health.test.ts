import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { createMetrics } from '../metrics.ts'
import { mountHealth, type ReadinessCheck } from './health.ts'

function createApp(readiness?: Record<string, ReadinessCheck>) {
  const app = new Hono()
  const metrics = createMetrics()
  metrics.counter('spanledger_test_total', 'a test').inc()
  mountHealth(app, { metrics, ...(readiness && { readiness }) })
  return app
}

it('is alive, and ready when nothing is wrong', async () => {
  const app = createApp({ log: () => undefined, clickhouse: async () => undefined })
  expect((await app.request('/healthz')).status).toBe(200)
  const ready = await app.request('/readyz')
  expect(ready.status).toBe(200)
  expect(await ready.json()).toEqual({ ready: true })
  expect((await createApp().request('/readyz')).status).toBe(200)
})

it('is not ready while a check says what is wrong, and names it', async () => {
  const app = createApp({
    log: () => undefined,
    clickhouse: async () => 'does not answer',
    ledger: () => Promise.reject(new Error('broke')),
  })
  const ready = await app.request('/readyz')
  expect(ready.status).toBe(503)
  expect(await ready.json()).toEqual({ ready: false, problems: { clickhouse: 'does not answer', ledger: 'broke' } })
  expect((await app.request('/healthz')).status).toBe(200)
})

it('shows the metrics as Prometheus reads them', async () => {
  const response = await createApp().request('/metrics')
  expect(response.headers.get('content-type')).toContain('text/plain')
  expect(await response.text()).toContain('spanledger_test_total 1')
})
