import { attribute } from '@spanledger/schemas/attribution/attribution'
import { recognise } from '../dialects/registry.ts'
import { type SampleSpan, sampleSpan } from '../dialects/sample-span.ts'
import { observeSpan } from '../normalise/span.ts'
import type { Observation } from '../observation.ts'

/** What becomes of a span: an observation, or in a word why none. */
export function observeSample(sample: SampleSpan): Observation | string {
  const span = sampleSpan(sample)
  const found = recognise(span)
  if (!found?.dialect) return found?.drop ?? 'not_genai'
  const verdict = found.dialect.gate(span)
  if (verdict !== 'leaf') return verdict
  const parts = found.dialect.read(span)
  const judged = observeSpan(span, found.name, parts, attribute(span), 'default', (span.endMs ?? 0) + 1000)
  return judged.kind === 'ok' ? judged.value : judged.reason
}
