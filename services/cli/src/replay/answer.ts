import { WireReader } from '@spanledger/runtime/otlp/wire-reader'

/** What the door said of one body. `refused` is its reasons, for items it did not take. */
export interface Answer {
  readonly rejected: number
  readonly refused: readonly { readonly code: string; readonly message: string }[]
}

const allTaken: Answer = { rejected: 0, refused: [] }

/** An answer about items: of a usage request, or OTLP's partial success. Undefined: the whole body was refused. */
export function readAnswer(status: number, contentType: string, body: Uint8Array): Answer | undefined {
  const isJson = contentType.startsWith('application/json')
  if (!isJson) return status === 200 ? partialSuccess(...readProtobuf(body)) : undefined
  const answer = parse(body) as {
    rejected?: { code: string; message: string }[]
    partialSuccess?: { rejectedSpans?: string | number; errorMessage?: string }
  } | null
  if (Array.isArray(answer?.rejected) && (status === 200 || status === 400)) {
    return { rejected: answer.rejected.length, refused: answer.rejected }
  }
  if (status !== 200) return undefined
  return partialSuccess(Number(answer?.partialSuccess?.rejectedSpans ?? 0), answer?.partialSuccess?.errorMessage ?? '')
}

function partialSuccess(rejected: number, message: string): Answer {
  // A count of 0 with a message is OTLP's way to warn about what was taken.
  return rejected > 0 ? { rejected, refused: [{ code: 'PARTIAL_SUCCESS', message }] } : allTaken
}

/** ExportTraceServiceResponse: field 1 is the partial success, in it 1 the rejected count and 2 the message. */
function readProtobuf(body: Uint8Array): [rejected: number, message: string] {
  const reader: WireReader = new WireReader(body)
  // Its tag and length; nothing else follows.
  if (!reader.tag()) return [0, '']
  reader.varint32()
  let rejected = 0
  let message = ''
  while (reader.tag()) {
    const { field, wire } = reader
    if (wire === 0) {
      reader.varint64()
      if (field === 1) rejected = reader.high * 2 ** 32 + reader.low
    } else {
      const length = reader.varint32()
      if (field === 2) message = reader.bytes.toString('utf8', reader.position, reader.position + length)
      reader.position += length
    }
  }
  return [rejected, message]
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'))
  } catch {
    return null
  }
}
