import { ok, reject } from '@spanledger/schemas/result'
import { unframe } from '@spanledger/runtime/grpc/message-frame'
import type { UnaryCall } from '@spanledger/runtime/grpc/unary-server'
import { isKnownEncoding, knownEncodings } from './content-encoding.ts'
import type { Incoming } from './door.ts'

/** A gRPC call, for the door. */
export function grpcRequest({ headers, body }: UnaryCall): Incoming<'protobuf'> {
  return {
    origin: headers.origin,
    authorization: headers.authorization,
    body,
    announcedBytes: Number(headers['content-length'] ?? 0),
    format: formatOf(headers['grpc-encoding']),
  }
}

function formatOf(header: string | string[] | undefined): Incoming<'protobuf'>['format'] {
  const compression = String(header ?? 'identity').toLowerCase()
  if (!isKnownEncoding(compression)) {
    return reject('encoding_unknown', `grpc-encoding must be one of ${knownEncodings.join(', ')}`)
  }
  return ok({
    encoding: 'protobuf',
    unpack(stream) {
      const message = unframe(stream)
      if (message.kind !== 'ok') return reject('undecodable', message.kind === 'reject' ? message.message : '')
      const { bytes, compressed } = message.value
      return ok({ content: bytes, compression: compressed ? compression : 'identity' })
    },
  })
}
