/** Header of what stands in the place of a record whose batch could not be read: why. */
export const unreadableHeader = 'spanledger-unreadable'

/** A batch of Kafka's format 2, before its records: 61 bytes, of which these are looked at, from the end. */
const headBytes = 61
const magicBefore = 45
const lastOffsetBefore = 38
const countBefore = 4
const maxRecords = 1_000_000

/** What no topic's format begins with: to whoever reads it a record that cannot be decoded. */
const value = Buffer.from([0xff])

/**
 * Records in the place of those of a batch that cannot be inflated, as many as it had, so that each becomes a dead letter
 * and what comes behind them is read. An error here would stop the partition for good.
 *
 * @param compressed the batch's records as kafkajs cut them out of what the broker sent: before them stands the batch's head
 * @throws Error `why`, when there is no such head
 */
export function unreadableRecords(compressed: Buffer, why: string): Buffer {
  const count = countOf(compressed)
  if (count === undefined) throw new Error(why)
  return Buffer.concat(Array.from({ length: count }, (_, index) => recordOf(index, why)))
}

function countOf({ buffer, byteOffset }: Buffer): number | undefined {
  if (byteOffset < headBytes) return undefined
  const head = Buffer.from(buffer, byteOffset - headBytes, headBytes)
  const count = head.readInt32BE(headBytes - countBefore)
  const isSound = head[headBytes - magicBefore] === 2 && count === head.readInt32BE(headBytes - lastOffsetBefore) + 1
  return isSound && count <= maxRecords ? count : undefined
}

/** Attributes, no time of its own, its offset in the batch, no key, the value, one header. */
function recordOf(index: number, why: string): Buffer {
  const name = Buffer.from(unreadableHeader)
  const text = Buffer.from(why)
  const body = Buffer.concat([
    Buffer.from([0]),
    varint(0),
    varint(index),
    varint(-1),
    varint(value.length),
    value,
    varint(1),
    varint(name.length),
    name,
    varint(text.length),
    text,
  ])
  return Buffer.concat([varint(body.length), body])
}

/** Signed, as Kafka writes it: zigzag, seven bits a byte. */
function varint(number: number): Buffer {
  const bytes: number[] = []
  let left = number < 0 ? -2 * number - 1 : 2 * number
  for (; left > 127; left = Math.floor(left / 128)) bytes.push((left % 128) | 128)
  return Buffer.from([...bytes, left])
}
