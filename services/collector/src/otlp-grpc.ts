import type { UnaryHandler } from '@spanledger/runtime/grpc/unary-server'
import type { Door } from './door.ts'
import { grpcRequest } from './grpc-request.ts'
import { otlpAnswerBytes, type OtlpSignal } from './otlp-answer.ts'
import { takeExport } from './otlp-export.ts'
import { refusals } from './refusal.ts'

const paths: Readonly<Record<OtlpSignal, string>> = {
  traces: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  logs: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
  metrics: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
}

/** The three OTLP/gRPC services. */
export function otlpMethods(door: Door): Record<string, UnaryHandler> {
  const signals = Object.keys(paths) as OtlpSignal[]
  return Object.fromEntries(signals.map((signal) => [paths[signal], answerExport(door, signal)]))
}

function answerExport(door: Door, signal: OtlpSignal): UnaryHandler {
  return async function answer(call) {
    const outcome = await takeExport(door, signal, grpcRequest(call))
    if ('taken' in outcome) {
      const { rejected, message } = outcome.taken
      return { message: otlpAnswerBytes(rejected, message) }
    }
    const { reason, message } = outcome.refused
    const { grpcCode: code, retryAfterSeconds } = refusals[reason]
    return { status: { code, message, retryAfterSeconds } }
  }
}
