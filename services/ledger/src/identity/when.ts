import type { Observation } from '../observation.ts'

/** Did the two run at the same time? A source that reports no latency stands for its start alone. */
export function overlap(a: Observation, b: Observation): boolean {
  return a.at <= endOf(b) && b.at <= endOf(a)
}

export function endOf({ at, latencyMs = 0 }: Observation): number {
  return at + latencyMs
}
