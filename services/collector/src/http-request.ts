import type { IncomingMessage } from 'node:http'
import { ok, reject } from '@spanledger/schemas/result'
import { isKnownEncoding, knownEncodings } from './content-encoding.ts'
import type { Incoming } from './door.ts'
import { mediaTypeOf } from './media-type.ts'

/** What a route makes of each media type that it takes. */
export type Encodings<Encoding> = Readonly<Record<string, Encoding>>

/** An HTTP request, for the door. */
export function httpRequest<Encoding>(incoming: IncomingMessage, encodings: Encodings<Encoding>): Incoming<Encoding> {
  const { headers } = incoming
  return {
    origin: headers.origin,
    authorization: headers.authorization,
    body: incoming,
    announcedBytes: Number(headers['content-length'] ?? 0),
    format: formatOf(incoming, encodings),
  }
}

function formatOf<Encoding>(
  { headers }: IncomingMessage,
  encodings: Encodings<Encoding>,
): Incoming<Encoding>['format'] {
  const encoding = encodings[mediaTypeOf(headers['content-type'])]
  if (encoding === undefined) {
    return reject('media_type_unknown', `Content-Type must be one of ${Object.keys(encodings).join(', ')}`)
  }
  const compression = (headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  if (!isKnownEncoding(compression)) {
    return reject('encoding_unknown', `Content-Encoding must be one of ${knownEncodings.join(', ')}`)
  }
  return ok({ encoding, unpack: (content) => ok({ content, compression }) })
}
