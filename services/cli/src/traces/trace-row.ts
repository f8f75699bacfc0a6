/** One request of a recorded trace: all that the recording knows. */
export interface TraceRow {
  /** 1 for the first request of the file. */
  readonly number: number
  /** Arrival, milliseconds in the trace's own clock; only differences mean anything. */
  readonly arrivedMs: number
  readonly inputTokens: number
  readonly outputTokens: number
  /** Hashes of the prompt's prefix blocks of 512 tokens, when the trace has them. */
  readonly prefixBlocks?: readonly number[]
}

/** Reads one line; a string says what is wrong with it. */
export type ReadLine = (line: string, rowNumber: number) => TraceRow | string
