import { Client, credentials, Metadata, type ServiceError, status as codes } from '@grpc/grpc-js'

export interface GrpcAnswer {
  /** The name of the status. */
  readonly status: string
  readonly details: string
  readonly message: Buffer
  readonly trailers: Record<string, unknown>
}

export interface CallOptions {
  readonly method?: string
  readonly metadata?: Record<string, string>
  readonly gzip?: boolean
}

const traces = '/opentelemetry.proto.collector.trace.v1.TraceService/Export'

/** Calls with raw bytes, by the official client. */
export function createGrpcClient(port: number) {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
    'grpc.max_send_message_length': -1,
    'grpc.enable_retries': 0,
  })
  const zipped = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
    'grpc.default_compression_algorithm': 2,
    'grpc.enable_retries': 0,
  })
  return {
    call(bytes: Uint8Array, options: CallOptions = {}): Promise<GrpcAnswer> {
      const metadata = new Metadata()
      for (const [key, value] of Object.entries(options.metadata ?? {})) metadata.set(key, value)
      return new Promise((resolve) => {
        ;(options.gzip ? zipped : client).makeUnaryRequest(
          options.method ?? traces,
          (message: Buffer) => message,
          (message: Buffer) => message,
          Buffer.from(bytes),
          metadata,
          { deadline: Date.now() + 60_000 },
          (error: ServiceError | null, message?: Buffer) => {
            resolve({
              status: codes[error?.code ?? 0] ?? '',
              details: error?.details ?? '',
              message: message ?? Buffer.alloc(0),
              trailers: error?.metadata.getMap() ?? {},
            })
          },
        )
      })
    },
    close() {
      client.close()
      zipped.close()
    },
  }
}

export type GrpcClient = ReturnType<typeof createGrpcClient>
