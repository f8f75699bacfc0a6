import { type Clock, sleep, systemClock } from '@spanledger/runtime/clock'
import type { Service } from '@spanledger/runtime/service'
import type { Embedded } from '../compose/embedded.ts'
import { createDoor } from '../replay/door.ts'
import { replay } from '../replay/replay.ts'
import { describeError } from '../terminal/describe-error.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { rebasedRequests, type TimedRequest } from '../traces/rebase.ts'
import { openTrace, type Trace } from '../traces/trace-file.ts'
import { type DemoPosition, readDemoPosition, writeDemoPosition } from './demo-position.ts'
import { createLiveLine } from './live-line.ts'
import { describeResult } from './result.ts'
import { readTotals, type Totals } from './totals.ts'

export interface DemoOptions {
  readonly embedded: Embedded
  readonly dataDir: string
  readonly terminal: Terminal
  /** How long the whole hour of traffic takes to arrive. */
  readonly seconds: number
  readonly apiKey?: string
  readonly clock?: Clock
}

const traceName = 'mooncake-conversation'
const landWithinMs = 30_000

/** Replays a real trace through the public door while the process runs, and says what came of it. */
export function createDemo(options: DemoOptions): Service {
  const { embedded, dataDir, terminal, seconds, clock = systemClock } = options
  const stopping = new AbortController()
  let running: Promise<void> | undefined

  async function run(): Promise<void> {
    const trace = await openTrace(traceName)
    const position = readDemoPosition(dataDir) ?? {
      trace: trace.name,
      seed: 1,
      endAtMs: clock.nowMs(),
      acknowledged: 0,
    }
    if (position.acknowledged < trace.rows) await send(trace, position)
    else terminal.out(`${trace.name} is in already: nothing is sent again`)
    if (stopping.signal.aborted) return
    const totals = await landed(trace.rows)
    terminal.out(describeResult({ trace, totals, embedded, dataDir }))
  }

  async function send(trace: Trace, position: DemoPosition): Promise<void> {
    const left = trace.rows - position.acknowledged
    terminal.out(
      position.acknowledged === 0
        ? `replaying ${trace.rows} requests of ${trace.name} (an hour of real traffic) in about ${seconds} s`
        : `resuming ${trace.name}: ${position.acknowledged} requests are in already, ${left} to go`,
    )
    const live = createLiveLine({ terminal, clock, read: () => readTotals(embedded.clickhouse()) })
    try {
      await replay({
        requests: skip(rebasedRequests(trace, position), position.acknowledged),
        send: createDoor({
          url: embedded.doorUrl,
          patienceMs: 60_000,
          signal: stopping.signal,
          ...(options.apiKey !== undefined && { apiKey: options.apiKey }),
        }),
        as: 'spans',
        speed: (trace.lastMs - trace.firstMs) / (seconds * 1000),
        clock,
        signal: stopping.signal,
        onProgress: ({ acknowledged }) =>
          writeDemoPosition(dataDir, { ...position, acknowledged: position.acknowledged + acknowledged }),
      })
    } finally {
      await live.stop()
    }
  }

  /** The ledger is seconds behind the door at most; the summary waits for it. */
  async function landed(requests: number): Promise<Totals> {
    const deadlineMs = clock.nowMs() + landWithinMs
    let totals = await readTotals(embedded.clickhouse())
    while (totals.requests < requests && clock.nowMs() < deadlineMs && !stopping.signal.aborted) {
      await sleep(clock, 200, stopping.signal)
      totals = await readTotals(embedded.clickhouse())
    }
    return totals
  }

  return {
    name: 'demo',
    async start() {
      running ??= run().catch((error: unknown) => {
        if (!stopping.signal.aborted) terminal.err(`the demo ended: ${describeError(error, false)}`)
      })
    },
    async stop() {
      stopping.abort()
      await running
    },
  }
}

async function* skip(requests: AsyncIterable<TimedRequest>, rows: number): AsyncGenerator<TimedRequest> {
  for await (const request of requests) if (request.row.number > rows) yield request
}
