import type { Hono } from 'hono'
import type { Metrics } from '../metrics.ts'

/** Says what keeps a part from working, or nothing when it is ready. */
export type ReadinessCheck = () => string | undefined | Promise<string | undefined>

export interface HealthOptions {
  readonly metrics: Metrics
  /** One named check per thing that must work before this process is of use. */
  readonly readiness?: Readonly<Record<string, ReadinessCheck>>
}

/**
 * `/healthz`: the process lives. `/readyz`: 200 when every check passes, else 503 naming those that do not and why.
 * `/metrics`: Prometheus text.
 */
// biome-ignore lint: health can be mounted on an app of any environment
export function mountHealth(app: Hono<any>, options: HealthOptions): void {
  const { metrics, readiness = {} } = options
  app.get('/healthz', (context) => context.json({ status: 'ok' }))
  app.get('/readyz', async (context) => {
    const problems = await findProblems(readiness)
    const ready = Object.keys(problems).length === 0
    return context.json({ ready, ...(!ready && { problems }) }, ready ? 200 : 503)
  })
  app.get('/metrics', async (context) => {
    return context.body(await metrics.render(), 200, { 'content-type': metrics.contentType })
  })
}

async function findProblems(readiness: Readonly<Record<string, ReadinessCheck>>): Promise<Record<string, string>> {
  const outcomes = await Promise.all(
    Object.entries(readiness).map(async ([name, check]) => {
      try {
        return [name, await check()] as const
      } catch (error) {
        return [name, error instanceof Error ? error.message : String(error)] as const
      }
    }),
  )
  return Object.fromEntries(outcomes.filter((outcome): outcome is [string, string] => outcome[1] !== undefined))
}
