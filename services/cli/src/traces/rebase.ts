import { createScheme, type TraceRequest } from './scheme.ts'
import type { Trace } from './trace-file.ts'

/** A request with the time it is said to have started at, milliseconds since the epoch. */
export interface TimedRequest extends TraceRequest {
  readonly at: number
}

export interface RebaseOptions {
  readonly seed: number
  /** When the trace's last request arrives; all others lie before it, at their recorded distances. */
  readonly endAtMs: number
  /** Rows from the start of the trace. */
  readonly limit?: number
}

/** The requests of a trace in file order, moved in time as a whole. */
export async function* rebasedRequests(trace: Trace, options: RebaseOptions): AsyncGenerator<TimedRequest> {
  const assign = createScheme(trace.id, options.seed)
  const shiftMs = options.endAtMs - trace.lastMs
  for await (const row of trace.read()) {
    if (options.limit !== undefined && row.number > options.limit) return
    yield { ...assign(row), at: row.arrivedMs + shiftMs }
  }
}
