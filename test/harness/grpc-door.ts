import { Client, credentials, type ServiceError } from '@grpc/grpc-js'
import { encodeTraces } from '@spanledger/runtime/otlp/encode-traces'
import type { OtlpSpan } from '@spanledger/schemas/events/otlp'

const exportTraces = '/opentelemetry.proto.collector.trace.v1.TraceService/Export'
const unavailable = 14

/** Sends spans over gRPC in batches, each until it is acknowledged; resolves to how many were. */
export async function sendByGrpc(address: string, spans: readonly OtlpSpan[], batchSize = 100): Promise<number> {
  const client = new Client(address, credentials.createInsecure(), { 'grpc.default_compression_algorithm': 2 })
  const call = (bytes: Uint8Array) =>
    new Promise<ServiceError | null>((resolve) => {
      client.makeUnaryRequest(
        exportTraces,
        identity,
        identity,
        Buffer.from(bytes),
        { deadline: inHalfAMinute() },
        resolve,
      )
    })
  try {
    for (let from = 0; from < spans.length; from += batchSize) {
      const bytes = encodeTraces(spans.slice(from, from + batchSize))
      for (let error = await call(bytes); error !== null; error = await call(bytes)) {
        if (error.code !== unavailable) throw error
      }
    }
    return spans.length
  } finally {
    client.close()
  }
}

const identity = (bytes: Buffer) => bytes
const inHalfAMinute = () => Date.now() + 30_000
