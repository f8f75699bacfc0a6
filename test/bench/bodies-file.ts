import { createReadStream, createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { bodiesOf, type ReplayShape } from '@spanledger/cli/replay/bodies'
import { rebasedRequests, type TimedRequest } from '@spanledger/cli/traces/rebase'
import { openTrace } from '@spanledger/cli/traces/trace-file'

/** Bodies that were made before the clock runs: a file of (length as u32, bytes). */
export interface BodiesOptions {
  readonly path: string
  readonly items: number
  readonly perBody: number
  readonly as: Exclude<ReplayShape, 'both'>
  readonly endAtMs: number
}

/** A real trace over and over, with another seed each time, so that every request is a new one. */
export async function writeBodies(options: BodiesOptions): Promise<{ bodies: number; bytes: number }> {
  const out = createWriteStream(options.path)
  let bodies = 0
  let bytes = 0
  async function write(batch: readonly TimedRequest[]): Promise<void> {
    for (const body of bodiesOf(batch, options.as)) {
      const content = Buffer.from(body.bytes as string)
      const length = Buffer.alloc(4)
      length.writeUInt32LE(content.length)
      out.write(length)
      if (!out.write(content)) await once(out, 'drain')
      bodies++
      bytes += content.length
    }
  }
  let batch: TimedRequest[] = []
  for await (const request of endlessRequests(options.endAtMs, options.items)) {
    batch.push(request)
    if (batch.length < options.perBody) continue
    await write(batch)
    batch = []
  }
  if (batch.length > 0) await write(batch)
  out.end()
  await once(out, 'close')
  return { bodies, bytes }
}

export async function* endlessRequests(endAtMs: number, limit: number): AsyncGenerator<TimedRequest> {
  const trace = await openTrace('azure-conversation')
  let made = 0
  for (let seed = 1; ; seed++) {
    for await (const request of rebasedRequests(trace, { seed, endAtMs })) {
      if (made++ >= limit) return
      yield request
    }
  }
}

export async function* readBodies(path: string): AsyncGenerator<Buffer> {
  let left: Buffer = Buffer.alloc(0)
  for await (const chunk of createReadStream(path, { highWaterMark: 4 * 2 ** 20 })) {
    left = left.length === 0 ? (chunk as Buffer) : Buffer.concat([left, chunk as Buffer])
    let at = 0
    while (left.length - at >= 4) {
      const length = left.readUInt32LE(at)
      if (left.length - at - 4 < length) break
      yield left.subarray(at + 4, at + 4 + length)
      at += 4 + length
    }
    left = left.subarray(at)
  }
}
