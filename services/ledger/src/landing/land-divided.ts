import { SpanledgerError } from '@spanledger/runtime/errors'
import type { Observation } from '../observation.ts'
import type { Landed, Lander } from './lander.ts'

export interface Divided {
  readonly landed: readonly Landed[]
  /** Observations that cannot be charged whatever stands beside them, by index, and why. */
  readonly unchargeable: ReadonlyMap<number, string>
}

/**
 * Lands observations so that one that breaks the ledger's own rules takes nothing else down: halves are tried until it
 * stands alone. Landing again what was landed already writes nothing, so trying is safe.
 *
 * Rejects with the `SpanledgerError` of a broken world, which is no observation's fault.
 */
export async function landDivided(
  lander: Pick<Lander, 'land'>,
  observations: readonly Observation[],
): Promise<Divided> {
  const landed: Landed[] = []
  const unchargeable = new Map<number, string>()

  async function land(from: number, to: number): Promise<void> {
    try {
      landed.push(await lander.land(observations.slice(from, to)))
    } catch (error) {
      if (error instanceof SpanledgerError) throw error
      if (to - from === 1) {
        unchargeable.set(from, error instanceof Error ? error.message : String(error))
        return
      }
      const middle = (from + to) >> 1
      await land(from, middle)
      await land(middle, to)
    }
  }

  await land(0, observations.length)
  return { landed, unchargeable }
}
