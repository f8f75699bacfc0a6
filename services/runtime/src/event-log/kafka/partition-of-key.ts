const multiplier = 0x5bd1e995
const seed = 0x9747b28c

/**
 * The partition of a key as Kafka's Java client has it (murmur2): a producer that keys by the same identity, in whatever
 * language, meets ours in the same partition.
 */
export function partitionOfKey(key: string, partitions: number): number {
  return (murmur2(Buffer.from(key)) & 0x7fffffff) % partitions
}

function murmur2(bytes: Buffer): number {
  const { length } = bytes
  const whole = length & ~3
  let hash = seed ^ length
  for (let at = 0; at < whole; at += 4) {
    let word = Math.imul(bytes.readInt32LE(at), multiplier)
    word ^= word >>> 24
    hash = Math.imul(hash, multiplier) ^ Math.imul(word, multiplier)
  }
  if (whole < length) {
    for (let at = length - 1; at >= whole; at--) hash ^= bytes[at]! << ((at - whole) * 8)
    hash = Math.imul(hash, multiplier)
  }
  hash ^= hash >>> 13
  hash = Math.imul(hash, multiplier)
  return hash ^ (hash >>> 15)
}
