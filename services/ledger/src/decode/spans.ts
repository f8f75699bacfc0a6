import type { Attributor } from '@spanledger/schemas/attribution/attributor'
import { keepLifted } from '@spanledger/schemas/events/content-attributes'
import { lifterOf } from '@spanledger/schemas/events/lifting/lifters'
import type { OtlpSpan } from '@spanledger/schemas/events/otlp'
import { drop, ok } from '@spanledger/schemas/result'
import { decodeTraces } from '@spanledger/runtime/otlp/decode-traces'
import type { SpanDrop } from '../dialects/dialect.ts'
import { recognise } from '../dialects/registry.ts'
import type { Judged } from '../normalise/judged.ts'
import { observeSpan } from '../normalise/span.ts'
import type { Observation } from '../observation.ts'
import type { RecordReader } from './otlp-records.ts'
import { scrubSpan } from './scrub.ts'

export const spanReader: RecordReader<OtlpSpan> = {
  nouns: { records: 'spans', request: 'trace' },
  decode(value, max, attributor) {
    const decoded = decodeTraces(value, keepLifted(attributor.keep), max, lifterOf)
    if (decoded.kind !== 'ok') return decoded
    return ok({ records: decoded.value.spans, undecodable: decoded.value.undecodable })
  },
  read: readSpan,
  scrub: scrubSpan,
}

function readSpan(
  span: OtlpSpan,
  tenant: string,
  receivedAt: number,
  { attribute }: Attributor,
): Judged<Observation> | ReturnType<typeof drop<SpanDrop>> {
  const recognised = recognise(span)
  if (!recognised) return drop('not_genai')
  const { dialect } = recognised
  if (!dialect) return drop(recognised.drop)
  const verdict = dialect.gate(span)
  if (verdict !== 'leaf') return drop(verdict)
  const parts = dialect.read(span)
  return observeSpan(span, dialect.name, parts, attribute(span), tenant, receivedAt)
}
