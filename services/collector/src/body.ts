import type { Readable } from 'node:stream'
import { ok, reject, type Result } from '@spanledger/schemas/result'
import type { Clock } from '@spanledger/runtime/clock'
import type { Lease } from './admission.ts'
import type { RefusalReason } from './refusal.ts'

export interface BodyLimits {
  readonly maxBodyBytes: number
  readonly bodyTimeoutMs: number
}

/**
 * Reads a request's body into memory, holding no more than the limits and the lease allow. `announcedBytes`: what its
 * sender says that it has, 0 if nothing. Never rejects.
 */
export function readBody(
  incoming: Readable,
  announcedBytes: number,
  limits: BodyLimits,
  lease: Lease,
  clock: Clock,
): Promise<Result<Buffer, RefusalReason>> {
  const tooLarge = reject('too_large', `the body is larger than ${limits.maxBodyBytes} bytes: send smaller batches`)
  if (announcedBytes > limits.maxBodyBytes) return Promise.resolve(tooLarge)

  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    const cancelTimeout = clock.after(limits.bodyTimeoutMs, () => {
      settle(reject('slow_body', `the body did not arrive within ${limits.bodyTimeoutMs} ms`))
    })

    function settle(result: Result<Buffer, RefusalReason>): void {
      cancelTimeout()
      incoming.off('data', onData).off('end', onEnd).off('close', onClose)
      if (result.kind !== 'ok') incoming.pause()
      resolve(result)
    }
    function onData(chunk: Buffer): void {
      size += chunk.length
      if (size > limits.maxBodyBytes) return settle(tooLarge)
      if (!lease.take(chunk.length)) return settle(reject('overloaded', 'too many bytes are under way: try again'))
      chunks.push(chunk)
    }
    function onEnd(): void {
      settle(ok(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size)))
    }
    function onClose(): void {
      settle(reject('aborted', 'the connection was closed before the body had arrived'))
    }
    // stays on: a late error of a connection that nobody waits for any more must not end the process
    incoming.on('error', onClose)
    incoming.on('data', onData).on('end', onEnd).on('close', onClose)
    if (incoming.destroyed && !incoming.readableEnded) onClose()
  })
}
