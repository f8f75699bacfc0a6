import type { Readable } from 'node:stream'
import { attributorOf } from '@spanledger/schemas/attribution/attributor'
import type { AttributionConfig } from '@spanledger/schemas/config/attribution'
import { ok, reject, type Result } from '@spanledger/schemas/result'
import type { Clock } from '@spanledger/runtime/clock'
import { SpanledgerError } from '@spanledger/runtime/errors'
import type { EventLog, LogRecord } from '@spanledger/runtime/event-log/port'
import type { Logger } from '@spanledger/runtime/logger'
import type { Metrics } from '@spanledger/runtime/metrics'
import { type Admission, createAdmission, type Lease } from './admission.ts'
import { createAuthenticate, type KeyHolder } from './api-keys.ts'
import { readBody } from './body.ts'
import { isTrustedOrigin } from './browser-guard.ts'
import type { CollectorConfig } from './config.ts'
import { inflate } from './content-encoding.ts'
import { createDoorMetrics, type DoorMetrics, type Signal } from './door-metrics.ts'
import type { RefusalReason } from './refusal.ts'
import { createSender, type Sender } from './sender.ts'

export interface DoorOptions {
  readonly config: CollectorConfig
  readonly log: EventLog
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  /** The section `attribution` of the configuration as it is now; by default an empty one. */
  readonly attribution?: (() => AttributionConfig) | undefined
}

/** A request that was let in, its body whole and decompressed. */
export interface Received<Encoding> {
  readonly body: Buffer
  readonly encoding: Encoding
  readonly sender: Sender
}

/** A request as its transport hands it to the door, nothing of its body read. */
export interface Incoming<Encoding> {
  readonly origin: string | undefined
  readonly authorization: string | undefined
  readonly body: Readable
  /** What the sender says that the body has; 0: nothing is said. */
  readonly announcedBytes: number
  /** How the body is written, or why that is none of those taken. */
  readonly format: Result<{ readonly encoding: Encoding; unpack(body: Buffer): Unpacked }, RefusalReason>
}

/** The content out of the transport's frame, and how it is compressed. */
export type Unpacked = Result<{ readonly content: Buffer; readonly compression: string }, RefusalReason>

type Outcome<T> = Promise<Result<T, RefusalReason>>

/** What every route goes through: who sends, how much, and into the log. */
export interface Door {
  readonly config: CollectorConfig
  readonly metrics: DoorMetrics
  readonly nowMs: () => number
  /** Lets a request in and hands it to `use`; what it holds in memory is bounded until `use` is done. */
  receive<Encoding, T>(
    signal: Signal,
    incoming: Incoming<Encoding>,
    use: (received: Received<Encoding>) => Outcome<T>,
  ): Outcome<T>
  /** Ok when the records are durable. */
  append(records: readonly LogRecord[]): Outcome<undefined>
  /** What keeps records from becoming durable, since the last attempt; undefined: nothing that is known. */
  readonly problem: string | undefined
}

export function createDoor({ config, log, clock, logger, metrics, attribution }: DoorOptions): Door {
  const admission: Admission = createAdmission(config)
  const doorMetrics = createDoorMetrics(metrics, admission)
  const authenticate = createAuthenticate(config.apiKeys)
  let problem: string | undefined

  function holderOf(authorization: string | undefined): Result<KeyHolder, RefusalReason> {
    if (config.apiKeys.length === 0) return ok({ tenant: config.tenant, keySha256: undefined })
    const holder = authenticate(authorization)
    return holder === undefined
      ? reject('unauthorized', 'a valid API key is needed: Authorization: Bearer …')
      : ok(holder)
  }

  async function read<E>(signal: Signal, incoming: Incoming<E>, unpack: (body: Buffer) => Unpacked, lease: Lease) {
    const body = await readBody(incoming.body, incoming.announcedBytes, config, lease, clock)
    if (body.kind !== 'ok') return body
    doorMetrics.bytes(signal, body.value.length)
    const unpacked = unpack(body.value)
    if (unpacked.kind !== 'ok') return unpacked
    const { content, compression } = unpacked.value
    const inflated = inflate(content, compression, config.maxInflatedBytes)
    if (inflated.kind !== 'ok' || inflated.value === content) return inflated
    return lease.take(inflated.value.length)
      ? inflated
      : reject('overloaded' as const, 'too many bytes are under way: try again')
  }

  return {
    config,
    metrics: doorMetrics,
    nowMs: clock.nowMs,
    get problem() {
      return problem
    },
    async receive(signal, incoming, use) {
      if (!isTrustedOrigin(incoming.origin)) {
        return reject('origin_forbidden', 'requests from web pages of other machines are not taken')
      }
      const holder = holderOf(incoming.authorization)
      if (holder.kind !== 'ok') return holder
      if (incoming.format.kind !== 'ok') return incoming.format
      const { encoding, unpack } = incoming.format.value
      const lease = admission.enter()
      if (lease === undefined) return reject('overloaded', 'too many requests are under way: try again')
      try {
        const body = await read(signal, incoming, unpack, lease)
        if (body.kind !== 'ok') return body
        const sender = createSender(holder.value, attributorOf(attribution?.()))
        return await use({ body: body.value, encoding, sender })
      } finally {
        lease.leave()
      }
    },
    async append(records) {
      if (records.length === 0) return ok(undefined)
      try {
        await log.append(records)
        problem = undefined
        return ok(undefined)
      } catch (error) {
        // The log is well, and would refuse it again: who sends must not try again.
        if (error instanceof SpanledgerError && error.code === 'RECORD_TOO_LARGE') {
          return reject('too_large', `${error.message}: send smaller records`)
        }
        const full = error instanceof SpanledgerError && error.code === 'LOG_FULL'
        const now = error instanceof Error ? error.message : String(error)
        if (now !== problem) logger.warn({ err: error }, 'the event log takes no records: answering 503')
        problem = now
        return full
          ? reject('log_full', 'the event log is full: try again later')
          : reject('log_unavailable', 'the event log cannot be written now: try again later')
      }
    },
  }
}
