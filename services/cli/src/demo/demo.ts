import { type Clock, sleep, systemClock } from '@spanledger/runtime/clock'
import type { Service } from '@spanledger/runtime/service'
import type { Embedded } from '../compose/embedded.ts'
import { createDoor } from '../replay/door.ts'
import { createProgressDisplay } from '../replay/progress.ts'
import { describeError } from '../terminal/describe-error.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { type AlertFeed, createAlertFeed } from './alert-feed.ts'
import { beginLines, historyLine, lapseLines, nowLine } from './demo-lines.ts'
import { planDemo, resumedAt } from './demo-plan.ts'
import { readDemoPosition, writeDemoPosition } from './demo-position.ts'
import { createDemoSender, type DemoSender } from './demo-sender.ts'
import { describeChange } from './describe-alert.ts'
import { compare } from './findings.ts'
import { createLiveLine } from './live-line.ts'
import { describeSummary } from './summary.ts'
import { readTotals, type Totals } from './totals.ts'
import { createDemoTraffic } from './traffic/demo-traffic.ts'

export interface DemoOptions {
  readonly embedded: Embedded
  readonly dataDir: string
  readonly terminal: Terminal
  /** Of a new demo; one that has begun keeps its own. */
  readonly seed: number
  readonly withIncidents: boolean
  /** Event time per wall time, until the traffic has caught up with the clock. */
  readonly speed: number
  readonly apiKey?: string
  readonly clock?: Clock
}

const stretchMs = 5 * 3_600_000
const lapseTickMs = 200
const liveTickMs = 1_000
const landWithinMs = 60_000
/** How long a request that is under way may take when everything stops: what it sent is then not sent again. */
const finishWithinMs = 5_000

/** Sends the demo's traffic through the public door while the process runs, and says what the detector makes of it. */
export function createDemo(options: DemoOptions): Service {
  const { embedded, dataDir, terminal, speed, clock = systemClock } = options
  const stopping = new AbortController()
  const giveUp = new AbortController()
  let running: Promise<void> | undefined
  /** When the first request of each incident was sent. */
  const firstSentMs = new Map<string, number>()

  function say(lines: readonly string[]): void {
    for (const line of lines) terminal.out(line)
  }

  async function run(): Promise<void> {
    const known = readDemoPosition(dataDir)
    const nowMs = clock.nowMs()
    const from = known
      ? resumedAt(known, nowMs)
      : planDemo({ nowMs, seed: options.seed, withIncidents: options.withIncidents })
    writeDemoPosition(dataDir, from)
    const traffic = createDemoTraffic(from.seed, from.incidents)
    const sender = createDemoSender({
      traffic,
      from,
      save: (position) => writeDemoPosition(dataDir, position),
      send: createDoor({
        url: embedded.doorUrl,
        patienceMs: 60_000,
        signal: giveUp.signal,
        ...(options.apiKey !== undefined && { apiKey: options.apiKey }),
      }),
    })
    say(beginLines(from, known, dataDir))
    await sendHistory(sender, traffic.expected(from.sentToMs, from.historyToMs))
    if (!stopping.signal.aborted) await goLive(sender, known !== undefined)
  }

  async function sendHistory(sender: DemoSender, requests: number): Promise<void> {
    const { sentToMs, historyToMs, sent: before } = sender.position()
    if (sentToMs >= historyToMs) return
    say([historyLine(sender.position(), requests)])
    const progress = createProgressDisplay(terminal, requests)
    try {
      while (sender.position().sentToMs < historyToMs && !stopping.signal.aborted) {
        await sender.advance(Math.min(historyToMs, sender.position().sentToMs + stretchMs))
        const sent = sender.position().sent - before
        progress.update({ acknowledged: sent, sent, rejected: 0 })
      }
    } finally {
      progress.stop()
    }
    await landed(sender.position().sent)
  }

  /** First as a time-lapse, until the traffic has caught up with the clock; then in real time, until it is stopped. */
  async function goLive(sender: DemoSender, resumed: boolean): Promise<void> {
    const feed = createAlertFeed(embedded.clickhouse(), () => clock.nowMs())
    // What an earlier start has shown is not news.
    if (resumed) await feed.read()
    const startedMs = clock.nowMs()
    const fromMs = sender.position().sentToMs
    const horizonMs = () => Math.min(clock.nowMs(), fromMs + (clock.nowMs() - startedMs) * speed)
    const page = `${embedded.consoleUrl}/?range=6h`
    say(lapseLines(sender.position(), { behindMs: startedMs - fromMs, speed, page }))
    async function sayChanges(): Promise<void> {
      for (const change of await feed.read()) {
        live.say(describeChange(change, `${embedded.consoleUrl}/?alert=${change.alert.id}`))
      }
    }
    const live = createLiveLine({
      terminal,
      clock,
      async read() {
        await sayChanges()
        return nowLine(await readTotals(embedded.clickhouse()), sender.position().sentToMs, feed)
      },
    })
    try {
      while (!stopping.signal.aborted) {
        const toMs = horizonMs()
        for (const { kind, fromMs: badFromMs } of sender.position().incidents) {
          if (badFromMs >= fromMs && badFromMs < toMs && !firstSentMs.has(kind)) firstSentMs.set(kind, clock.nowMs())
        }
        await sender.advance(toMs)
        const caughtUp = clock.nowMs() - toMs < liveTickMs
        if (caughtUp && !sender.position().summed) {
          const totals = await landed(sender.position().sent)
          await sayChanges()
          live.say(summary(sender, feed, totals))
          sender.note({ summed: true })
        }
        await sleep(clock, caughtUp ? liveTickMs : lapseTickMs, stopping.signal)
      }
    } finally {
      await live.stop()
    }
  }

  function summary(sender: DemoSender, feed: AlertFeed, totals: Totals): string {
    const { sent, incidents } = sender.position()
    const findings = compare(incidents, feed.seen())
    return describeSummary({ findings, totals, sent, embedded, dataDir, firstSentMs: (kind) => firstSentMs.get(kind) })
  }

  /** The ledger is seconds behind the door at most. */
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
      const cancel = clock.after(finishWithinMs, () => giveUp.abort())
      await running
      cancel()
    },
  }
}
