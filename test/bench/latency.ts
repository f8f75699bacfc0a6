import type { TimedRequest } from '@spanledger/cli/traces/rebase'
import { asUsageEvent } from '@spanledger/cli/traces/as-usage-event'
import { createDoor } from '@spanledger/cli/replay/door'
import type { Spanledger } from '../harness/spanledger.ts'
import { endlessRequests } from './bodies-file.ts'
import { percentile } from './percentile.ts'

export interface Latency {
  readonly eventsPerSecond: number
  readonly batches: number
  readonly p50Ms: number
  readonly p99Ms: number
}

const perBatch = 500
const pollMs = 15

/** Batches at a steady pace below saturation: how long from the start of a POST until SQL finds the whole batch. */
export async function measureLatency(target: Spanledger, eventsPerSecond: number, seconds: number): Promise<Latency> {
  const send = createDoor({ url: target.doorUrl, patienceMs: 10_000 })
  const batches = Math.ceil((eventsPerSecond * seconds) / perBatch)
  const bodies = await makeBodies(batches)
  const sentAt = new Map<string, number>()
  const latenciesMs: number[] = []
  const since = Math.floor(Date.now() / 1000)

  async function look(): Promise<void> {
    const found = await target.sql<{ workflow: string }>(`
      SELECT workflow FROM ledger
      WHERE recorded_at >= fromUnixTimestamp(${since}) AND startsWith(workflow, 'latency-')
      GROUP BY workflow HAVING sum(requests) = ${perBatch}`)
    const nowMs = performance.now()
    for (const { workflow } of found) {
      const startedMs = sentAt.get(workflow)
      if (startedMs === undefined) continue
      sentAt.delete(workflow)
      latenciesMs.push(nowMs - startedMs)
    }
  }

  const startedMs = performance.now()
  const everyMs = (perBatch * 1000) / eventsPerSecond
  const sending = (async () => {
    for (const [index, body] of bodies.entries()) {
      await pause(startedMs + index * everyMs - performance.now())
      sentAt.set(`latency-${index}`, performance.now())
      void send('/v1/usage', 'application/x-ndjson', body)
    }
  })()
  while (latenciesMs.length < batches) {
    await look()
    await pause(pollMs)
  }
  await sending
  return {
    eventsPerSecond,
    batches,
    p50Ms: Math.round(percentile(latenciesMs, 0.5)),
    p99Ms: Math.round(percentile(latenciesMs, 0.99)),
  }
}

async function makeBodies(batches: number): Promise<string[]> {
  const bodies: string[] = []
  let lines: string[] = []
  for await (const request of endlessRequests(Date.now(), batches * perBatch)) {
    lines.push(JSON.stringify(marked(request, `latency-${bodies.length}`)))
    if (lines.length < perBatch) continue
    bodies.push(lines.join('\n'))
    lines = []
  }
  return bodies
}

/** Ids of their own, and the batch's name where SQL finds it. */
function marked(request: TimedRequest, batch: string): Record<string, unknown> {
  const { eventId, responseId, attribution } = request
  return asUsageEvent({
    ...request,
    eventId: `latency-${eventId}`,
    responseId: `latency-${responseId}`,
    attribution: { ...attribution, workflow: batch },
  })
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(ms, 0)))
}
