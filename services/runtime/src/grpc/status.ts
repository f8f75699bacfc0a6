import { WireWriter } from '../otlp/wire-writer.ts'

/** How an answer ends on the wire: the status of a call, and how long the client is asked to wait before the next try. */
export interface GrpcStatus {
  /** google.rpc.Code. */
  readonly code: number
  readonly message: string
  /** Sent as google.rpc.RetryInfo: OTLP exporters retry after it, and on RESOURCE_EXHAUSTED only with it. */
  readonly retryAfterSeconds?: number | undefined
}

export const grpcCodes = { ok: 0, unimplemented: 12, internal: 13 } as const

/** The trailers that say so. */
export function statusTrailers({ code, message, retryAfterSeconds }: GrpcStatus): Record<string, string> {
  return {
    'grpc-status': String(code),
    ...(message !== '' && { 'grpc-message': percentEncoded(message) }),
    ...(retryAfterSeconds !== undefined && {
      'grpc-status-details-bin': statusDetails(code, message, retryAfterSeconds).toString('base64').replace(/=+$/, ''),
    }),
  }
}

/** What is printable ASCII except `%` stands for itself; anything else as the bytes of its UTF-8. */
function percentEncoded(text: string): string {
  let encoded = ''
  for (const byte of Buffer.from(text)) {
    const plain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25
    encoded += plain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return encoded
}

const writer = new WireWriter()

/** google.rpc.Status with one detail, a google.rpc.RetryInfo. */
function statusDetails(code: number, message: string, retryAfterSeconds: number): Buffer {
  writer.reset()
  const detail = writer.mark()
  const retryInfo = writer.mark()
  const delay = writer.mark()
  writer.varintField(1, Math.ceil(retryAfterSeconds))
  writer.block(1, delay)
  writer.block(2, retryInfo)
  writer.textField(1, 'type.googleapis.com/google.rpc.RetryInfo')
  writer.block(3, detail)
  writer.textField(2, message)
  writer.varintField(1, code)
  return Buffer.from(writer.take())
}
