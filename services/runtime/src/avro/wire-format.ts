/** Confluent wire format: byte 0, the id of the writer's schema as 4 bytes big-endian, the Avro body. */
export const wireHeaderBytes = 5

/** The writer's schema id (0 to 2^32 - 1); undefined when the bytes are not in this format. */
export function schemaIdOf(value: Uint8Array): number | undefined {
  if (value.length < wireHeaderBytes || value[0] !== 0) return undefined
  const low = ((value[2] as number) << 16) | ((value[3] as number) << 8) | (value[4] as number)
  return (value[1] as number) * 0x100_0000 + low
}

export function bodyOf(value: Uint8Array): Uint8Array {
  return value.subarray(wireHeaderBytes)
}

/** Writes the header at the start of `target`. */
export function writeWireHeader(target: Buffer, schemaId: number): void {
  target[0] = 0
  target.writeUInt32BE(schemaId, 1)
}
