/** How OTLP answers: in the encoding of the request. */
export type OtlpEncoding = 'protobuf' | 'json'

export const otlpContentTypes: Readonly<Record<OtlpEncoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
}

/** The name of the rejected count in each signal's partial success, in JSON. In protobuf all are field 1. */
const rejectedNames = { traces: 'rejectedSpans', logs: 'rejectedLogRecords', metrics: 'rejectedDataPoints' } as const
export type OtlpSignal = keyof typeof rejectedNames

/**
 * Export…ServiceResponse; with a partial success if something was rejected or there is something to say. A message
 * with a count of 0 is OTLP's way to warn a producer whose data was taken.
 */
export function otlpAnswer(
  signal: OtlpSignal,
  encoding: OtlpEncoding,
  rejected: number,
  message: string,
): Uint8Array<ArrayBuffer> | string {
  const partial = rejected > 0 || message !== ''
  if (encoding === 'json') {
    const partialSuccess = { [rejectedNames[signal]]: String(rejected), errorMessage: message }
    return JSON.stringify(partial ? { partialSuccess } : {})
  }
  if (!partial) return new Uint8Array()
  const content = Buffer.concat([...(rejected > 0 ? [varintField(1, rejected)] : []), textField(2, message)])
  return Uint8Array.from(Buffer.concat([Buffer.from([0x0a, ...varint(content.length)]), content]))
}

/** google.rpc.Status. */
export function otlpError(encoding: OtlpEncoding, code: number, message: string): Uint8Array<ArrayBuffer> | string {
  if (encoding === 'json') return JSON.stringify({ code, message })
  return Uint8Array.from(Buffer.concat([varintField(1, code), textField(2, message)]))
}

function varintField(field: number, value: number): Buffer {
  return Buffer.from([field << 3, ...varint(value)])
}

function textField(field: number, text: string): Buffer {
  const bytes = Buffer.from(text)
  return Buffer.concat([Buffer.from([(field << 3) | 2, ...varint(bytes.length)]), bytes])
}

function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  while (rest >= 0x80) {
    bytes.push((rest % 128) | 0x80)
    rest = Math.floor(rest / 128)
  }
  return [...bytes, rest]
}
