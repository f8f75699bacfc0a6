import avro from 'avsc'

/**
 * Longs as numbers where that is exact, else as bigints: avsc's own type throws beyond 2^53, and what is absurdly large is
 * for the rules of the event to refuse, with their own reason.
 */
const long = avro.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => exact(bytes.readBigInt64LE()),
  toBuffer(value: number | bigint) {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64LE(BigInt(value))
    return bytes
  },
  fromJSON: Number,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === 'bigint' || Number.isSafeInteger(value),
  compare: (a: number | bigint, b: number | bigint) => (a < b ? -1 : a > b ? 1 : 0),
})

function exact(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** For `Type.forSchema`: every long of the schema is an exact one. */
export function exactLong(schema: unknown): avro.Type | undefined {
  const name = typeof schema === 'object' && schema !== null && 'type' in schema ? schema.type : schema
  return name === 'long' ? long : undefined
}
