import { createLogger } from '@spanledger/runtime/logger'
import { createMetrics } from '@spanledger/runtime/metrics'
import { createManualClock } from '@spanledger/runtime/testing/manual-clock'
import { expect, test } from 'vitest'
import { type Comparison, defaultTolerance } from './compare.ts'
import { createReconciler } from './reconciler.ts'
import { closedWindow, reconcileEveryMs } from './window.ts'

const lacking: Comparison = {
  tenant: 'acme',
  service: 'shop',
  provider: 'openai',
  model: 'gpt-4o',
  tokenType: 'input',
  ledgerTokens: 30_000,
  metricTokens: 40_000,
  ratio: -0.25,
  differs: true,
}
const agreeing: Comparison = { ...lacking, model: '', ledgerTokens: 40_000, ratio: 0, differs: false }

function reconcilerOf(rounds: readonly (readonly Comparison[] | Error)[], isLeader = () => true) {
  const lines: { level: string; msg: string }[] = []
  const write = (line: string) => lines.push(JSON.parse(line) as { level: string; msg: string })
  const clock = createManualClock(Date.UTC(2026, 10, 20, 10, 3))
  const metrics = createMetrics()
  const windows: { from: number; to: number }[] = []
  const reconciler = createReconciler({
    compare: async (window) => {
      const round = rounds[Math.min(windows.push(window), rounds.length) - 1] ?? []
      if (round instanceof Error) throw round
      return round
    },
    tolerance: defaultTolerance,
    clock,
    logger: createLogger({ name: 'test', destination: { write } }),
    metrics,
    isLeader,
  })
  const gauge = async () =>
    (await metrics.render()).split('\n').filter((line) => line.startsWith('spanledger_token_metrics_diff'))
  return { reconciler, clock, lines, windows, gauge }
}

test('a difference is on /metrics as long as it is there, and in the log once', async () => {
  const { reconciler, clock, lines, gauge } = reconcilerOf([[lacking], [lacking], [agreeing], [lacking]])
  await reconciler.start()
  const values: string[][] = []
  const warned: number[] = []
  for (let round = 0; round < 4; round++) {
    await clock.advance(reconcileEveryMs)
    values.push(await gauge())
    warned.push(lines.length)
  }
  await reconciler.stop()
  const line = (value: number) => [
    `spanledger_token_metrics_difference_ratio{service="shop",token_type="input"} ${value}`,
  ]
  expect(values).toEqual([line(-0.25), line(-0.25), line(0), line(-0.25)])
  expect(warned).toEqual([1, 1, 1, 2])
  expect(lines[0]).toMatchObject({
    level: 'warn',
    msg: 'token metrics: 25.0 % are missing from the ledger: input tokens of service shop, openai (ledger 30000, metrics 40000; mostly gpt-4o)',
  })
  expect(clock.pending).toBe(0)
})

test('of several tenants and providers a service shows its largest difference, and services are bounded', async () => {
  const many = Array.from({ length: 300 }, (_, n) => ({ ...lacking, service: `s${n}`, ratio: n / 1000 }))
  const { reconciler, gauge } = reconcilerOf([[...many, { ...lacking, service: 's299', tenant: 'other', ratio: -0.9 }]])
  await reconciler.step()
  const lines = await gauge()
  expect(lines).toHaveLength(200)
  expect(lines[0]).toBe('spanledger_token_metrics_difference_ratio{service="s299",token_type="input"} -0.9')
})

test('a ledger that does not lead compares nothing, and shows nothing', async () => {
  const { reconciler, windows, gauge } = reconcilerOf([[lacking]], () => false)
  expect(await reconciler.step()).toEqual([])
  expect(windows).toEqual([])
  expect(await gauge()).toEqual([])
})

test('a comparison that failed is tried again', async () => {
  const { reconciler, clock, lines, gauge } = reconcilerOf([new Error('away'), [lacking]])
  await reconciler.start()
  await clock.advance(2 * reconcileEveryMs)
  await reconciler.stop()
  expect(lines.map(({ level }) => level)).toEqual(['warn', 'warn'])
  expect(await gauge()).toHaveLength(1)
})

test('the window is closed: six hours that ended at least ten minutes ago', () => {
  const at = (hour: number, minute: number) => Date.UTC(2026, 10, 20, hour, minute)
  expect(closedWindow(at(10, 3))).toEqual({ from: at(3, 50), to: at(9, 50) })
  expect(closedWindow(at(10, 10))).toEqual({ from: at(4, 0), to: at(10, 0) })
})
