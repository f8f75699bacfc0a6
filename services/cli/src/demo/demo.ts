import { type Clock, sleep, systemClock } from '@spanledger/runtime/clock'
import type { Service } from '@spanledger/runtime/service'
import type { Embedded } from '../compose/embedded.ts'
import { createDoor } from '../replay/door.ts'
import { createProgressDisplay } from '../replay/progress.ts'
import { describeError } from '../terminal/describe-error.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { type AlertFeed, createAlertFeed, isOpen } from './alert-feed.ts'
import { planDemo, resumedAt } from './demo-plan.ts'
import { readDemoPosition, writeDemoPosition } from './demo-position.ts'
import { createDemoSender, type DemoSender } from './demo-sender.ts'
import { describeChange } from './describe-alert.ts'
import { clockOf, grouped, inCents, inHours } from './figures.ts'
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
const worthSayingMs = 120_000
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
    if (known)
      sayResumed(
        known.sent,
        known.sentToMs,
        from.seed,
        known.sentToMs >= known.historyToMs && from.historyToMs !== known.historyToMs,
      )
    else
      terminal.out(`demo: seed ${from.seed} (--seed ${from.seed} sends the same requests again in an empty directory)`)
    await sendHistory(sender, traffic.expected(from.sentToMs, from.historyToMs))
    if (!stopping.signal.aborted) await goLive(sender, known !== undefined)
  }

  function sayResumed(sent: number, sentToMs: number, seed: number, filled: boolean): void {
    terminal.out(
      `demo: seed ${seed}, ${grouped(sent)} requests are in already, up to ${clockOf(sentToMs)}; none is sent again`,
    )
    if (!filled) return
    terminal.out('  it was away for hours: the time in between is filled with traffic in which nothing goes wrong')
    terminal.out(`  for two new incidents remove ${dataDir} and start it again`)
  }

  async function sendHistory(sender: DemoSender, requests: number): Promise<void> {
    const { sentToMs, historyToMs, sent: before } = sender.position()
    if (sentToMs >= historyToMs) return
    terminal.out(
      `sending ${grouped(requests)} requests of ${inDays(historyToMs - sentToMs)} up to ${clockOf(historyToMs)}, shaped by recorded traffic`,
    )
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
    sayLapse(sender)
    const live = createLiveLine({
      terminal,
      clock,
      async read() {
        for (const change of await feed.read()) {
          live.say(describeChange(change, `${embedded.consoleUrl}/?alert=${change.alert.id}`))
        }
        return describeNow(await readTotals(embedded.clickhouse()), sender.position().sentToMs, feed)
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
          live.say(await summary(sender, feed))
          sender.note({ summed: true })
        }
        await sleep(clock, caughtUp ? liveTickMs : lapseTickMs, stopping.signal)
      }
    } finally {
      await live.stop()
    }
  }

  function sayLapse(sender: DemoSender): void {
    const { sentToMs, incidents, summed } = sender.position()
    const behindMs = clock.nowMs() - sentToMs
    if (summed) {
      if (behindMs > worthSayingMs) terminal.out(`time-lapse: ${inHours(behindMs)} up to now at ${speed} x, then live`)
      return
    }
    const hidden = incidents.length > 0 ? ', in which two things go wrong that the detector is not told of' : ''
    terminal.out(`time-lapse: the last ${inHours(behindMs)} at ${speed} x${hidden}, then live`)
    terminal.out(`watch it:   ${embedded.consoleUrl}/?range=6h`)
  }

  async function summary(sender: DemoSender, feed: AlertFeed): Promise<string> {
    const { sent, incidents } = sender.position()
    const totals = await landed(sent)
    await feed.read()
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

function describeNow({ requests, cost, cacheHitRatio }: Totals, eventMs: number, feed: AlertFeed): string {
  const open = feed.seen().filter(isOpen).length
  return (
    `${clockOf(eventMs)} | ${grouped(requests)} requests | ${inCents(cost)} | ` +
    `cache hits ${(cacheHitRatio * 100).toFixed(1)} % | ${open === 1 ? '1 alert' : `${open} alerts`} open`
  )
}

function inDays(ms: number): string {
  const days = ms / 86_400_000
  return days >= 2 ? `${Math.round(days)} days` : inHours(ms)
}
