import type { AttributeValue, OtlpSpan } from '@spanledger/schemas/events/otlp'
import type { Dice } from './dice.ts'
import { anyText, anyValue } from './hostile-values.ts'

/** A span with one to six of its facts replaced, taken away, or borrowed from another instrumentation's. */
export function mutateSpan(span: OtlpSpan, others: readonly OtlpSpan[], dice: Dice): OtlpSpan {
  let mutated: OtlpSpan = { ...span, attributes: new Map(span.attributes) }
  for (let left = 1 + dice.below(6); left > 0; left--) mutated = mutateOnce(mutated, dice.pick(others), dice)
  return mutated
}

function mutateOnce(span: OtlpSpan, other: OtlpSpan, dice: Dice): OtlpSpan {
  const attributes = span.attributes as Map<string, AttributeValue>
  const names = [...attributes.keys()]
  const foreign = [...other.attributes]
  switch (dice.below(9)) {
    case 0:
    case 1:
      if (names.length > 0) attributes.set(dice.pick(names), anyValue(dice))
      return span
    case 2:
      if (names.length > 0) attributes.delete(dice.pick(names))
      return span
    case 3:
      if (foreign.length > 0) {
        const [name, value] = dice.pick(foreign)
        attributes.set(name, dice.oneIn(2) ? value : anyValue(dice))
      }
      return span
    case 4:
      return { ...span, scope: dice.oneIn(2) ? other.scope : { name: anyText(dice), version: anyText(dice) } }
    case 5:
      return {
        ...span,
        resource: {
          attributes: new Map([
            [`service.name`, anyValue(dice)],
            ['spanledger.tenant', anyValue(dice)],
          ]),
        },
      }
    case 6: {
      const { startMs: _start, endMs: _end, ...rest } = span
      const times = [undefined, 0.000001, 1.5e12, 1.7e12, 4.1e12, 1.8e13]
      const startMs = dice.pick(times)
      const endMs = dice.pick(times)
      return { ...rest, ...(startMs !== undefined && { startMs }), ...(endMs !== undefined && { endMs }) }
    }
    case 7:
      return {
        ...span,
        traceId: dice.pick([span.traceId, '', other.traceId]),
        spanId: dice.pick([span.spanId, '', other.spanId]),
        parentSpanId: dice.pick(['', span.spanId, other.spanId]),
      }
    default:
      return {
        ...span,
        name: dice.oneIn(2) ? other.name : anyText(dice),
        kind: dice.below(9),
        statusCode: dice.below(4),
      }
  }
}
