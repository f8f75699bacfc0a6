import { type Clock, sleep } from '@spanledger/runtime/clock'
import type { Terminal } from '../terminal/terminal.ts'
import { grouped, inCents, type Totals } from './totals.ts'

export interface LiveLineOptions {
  readonly terminal: Terminal
  readonly clock: Clock
  read(): Promise<Totals>
}

const redrawEveryMs = 1_000
const lineEveryMs = 10_000
const clearLine = '\r\u001B[K'

/** What the ledger holds by now: one line that redraws itself where someone watches, a line now and then where not. */
export function createLiveLine({ terminal, clock, read }: LiveLineOptions): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const everyMs = terminal.isInteractive ? redrawEveryMs : lineEveryMs

  async function run(): Promise<void> {
    for (;;) {
      await sleep(clock, everyMs, stopping.signal)
      if (stopping.signal.aborted) return
      // A question that could not be answered now is asked again in a moment.
      const totals = await read().catch(() => undefined)
      if (totals === undefined) continue
      if (terminal.isInteractive) terminal.stream.write(clearLine + describe(totals))
      else terminal.err(describe(totals))
    }
  }

  const running = run()
  return {
    async stop() {
      stopping.abort()
      await running
      if (terminal.isInteractive) terminal.stream.write(clearLine)
    },
  }
}

function describe({ requests, tokens, cost, unpriced, untagged, cacheHitRatio }: Totals): string {
  return (
    `${grouped(requests)} requests | ${grouped(tokens)} tokens | ${inCents(cost)} | ` +
    `cache hits ${(cacheHitRatio * 100).toFixed(1)} % | ${unpriced} unpriced, ${untagged} untagged`
  )
}
