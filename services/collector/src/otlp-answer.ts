import { WireWriter } from '@spanledger/runtime/otlp/wire-writer'

const writer = new WireWriter()

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
  if (encoding === 'protobuf') return otlpAnswerBytes(rejected, message)
  const partialSuccess = { [rejectedNames[signal]]: String(rejected), errorMessage: message }
  return JSON.stringify(rejected > 0 || message !== '' ? { partialSuccess } : {})
}

/** The same in protobuf, where all signals' answers have the same fields. */
export function otlpAnswerBytes(rejected: number, message: string): Uint8Array<ArrayBuffer> {
  if (rejected === 0 && message === '') return new Uint8Array()
  writer.reset()
  const end = writer.mark()
  writer.textField(2, message)
  if (rejected > 0) writer.varintField(1, rejected)
  writer.block(1, end)
  return Uint8Array.from(writer.take())
}

/** google.rpc.Status. */
export function otlpError(encoding: OtlpEncoding, code: number, message: string): Uint8Array<ArrayBuffer> | string {
  if (encoding === 'json') return JSON.stringify({ code, message })
  writer.reset()
  writer.textField(2, message)
  writer.varintField(1, code)
  return Uint8Array.from(writer.take())
}
