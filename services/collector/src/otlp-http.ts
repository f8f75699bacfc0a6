import type { IncomingMessage } from 'node:http'
import type { Door } from './door.ts'
import { httpRequest } from './http-request.ts'
import { mediaTypeOf } from './media-type.ts'
import { otlpAnswer, otlpContentTypes, type OtlpEncoding, otlpError, type OtlpSignal } from './otlp-answer.ts'
import { takeExport } from './otlp-export.ts'
import { refusalHeaders, refusals } from './refusal.ts'

const encodings: Readonly<Record<string, OtlpEncoding>> = {
  'application/x-protobuf': 'protobuf',
  'application/protobuf': 'protobuf',
  'application/json': 'json',
}

/** One OTLP/HTTP export request, answered in its own encoding. */
export async function answerOtlp(door: Door, signal: OtlpSignal, incoming: IncomingMessage): Promise<Response> {
  const encoding = encodings[mediaTypeOf(incoming.headers['content-type'])] ?? 'json'
  const outcome = await takeExport(door, signal, httpRequest(incoming, encodings))
  const headers = { 'content-type': otlpContentTypes[encoding] }
  if ('taken' in outcome) {
    const { rejected, message } = outcome.taken
    return new Response(otlpAnswer(signal, encoding, rejected, message), { status: 200, headers })
  }
  const { reason, message } = outcome.refused
  const answer = refusals[reason]
  return new Response(otlpError(encoding, answer.grpcCode, message), {
    status: answer.status,
    headers: { ...headers, ...refusalHeaders(answer) },
  })
}
