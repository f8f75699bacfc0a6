/** Upper bounds of a histogram made for LLM calls: a cached answer takes tenths of a second, an agent's step minutes. */
export const latencyBucketsSeconds = [0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120, 300] as const

export interface LatencyState {
  /** By bucket, not cumulative. */
  readonly counts: number[]
  count: number
  sumSeconds: number
}

export function createLatency(): LatencyState {
  return { counts: latencyBucketsSeconds.map(() => 0), count: 0, sumSeconds: 0 }
}

export function observe(state: LatencyState, seconds: number): void {
  const bucket = latencyBucketsSeconds.findIndex((bound) => seconds <= bound)
  if (bucket >= 0) state.counts[bucket] = (state.counts[bucket] ?? 0) + 1
  state.count++
  state.sumSeconds += seconds
}
