/** Confluent wire format: byte 0, the id of the writer's schema as 4 bytes big-endian, the Avro body. */
export const wireHeaderBytes = 5

/** The writer's schema id (0 to 2^32 - 1); undefined when the bytes are not in this format. */
export function schemaIdOf(value: Uint8Array): number | undefined {
  if (value.length < wireHeaderBytes || value[0] !== 0) return undefined
  return new DataView(value.buffer, value.byteOffset, value.byteLength).getUint32(1)
}

export function bodyOf(value: Uint8Array): Uint8Array {
  return value.subarray(wireHeaderBytes)
}

/** Writes the header at the start of `target`. */
export function writeWireHeader(target: Buffer, schemaId: number): void {
  target[0] = 0
  target.writeUInt32BE(schemaId, 1)
}
