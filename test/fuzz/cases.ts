import { rewriteSignal } from '@spanledger/runtime/otlp/rewrite-signal'
import { decodeTraces } from '@spanledger/runtime/otlp/decode-traces'
import { decodeTracesJson } from '@spanledger/runtime/otlp/decode-traces-json'
import { encodeTraces } from '@spanledger/runtime/otlp/encode-traces'
import { keptAttributes, keptSignalAttributes } from '@spanledger/schemas/events/content-attributes'
import { lifterOf } from '@spanledger/schemas/events/lifting/lifters'
import type { AttributeValue, OtlpSpan } from '@spanledger/schemas/events/otlp'
import { topics } from '@spanledger/schemas/events/topics'
import { toSpanRecords } from '@spanledger/collector/span-records'
import type { Dice } from './dice.ts'
import { notCounts } from './hostile-values.ts'
import { appendedAtMs, judgeRecord } from './judge.ts'
import { mutateBytes } from './mutate-bytes.ts'
import { mutateSpan } from './mutate-span.ts'
import type { Seeds } from './seeds.ts'
import { mutateEvent, seedEvent } from './usage-events.ts'

/** One thing done to the door or to the ledger; throws where a promise does not hold. */
export type Case = (seeds: Seeds, dice: Dice) => void

const maxSpans = 100_000

/** Facts of spans replaced, borrowed, taken away: every span is charged, refused or counted as none. */
function spansOfStrangers(seeds: Seeds, dice: Dice): void {
  const spans = Array.from({ length: 1 + dice.below(3) }, () => mutateSpan(dice.pick(seeds.spans), seeds.spans, dice))
  const value = encodeTraces(spans)
  const { observations, rejected, dropped } = judgeRecord(topics.spans, value)
  const counted = observations.length + rejected.length + Object.values(dropped).reduce((sum, count) => sum + count, 0)
  const condensed = rejected.some(({ message }) => message.includes('more spans of the record'))
  if (counted !== spans.length && !condensed) throw new Error(`of ${spans.length} spans ${counted} are accounted for`)
}

/** A count that matters and is none: refused or flagged, never read as if it were not there. */
function countsOfStrangers(seeds: Seeds, dice: Dice): void {
  const span = dice.pick(seeds.spans)
  const names = [...span.attributes.keys()].filter((name) => countName.test(name))
  if (names.length === 0) return
  const name = dice.pick(names)
  const usageOf = (change: (attributes: Map<string, AttributeValue>) => void) => {
    const attributes = new Map(span.attributes)
    change(attributes)
    const { observations } = judgeRecord(topics.spans, encodeTraces([{ ...span, attributes }]))
    return observations.length === 0 ? 'refused' : JSON.stringify([observations[0]?.usage, observations[0]?.warnings])
  }
  const whole = usageOf(() => {})
  const without = usageOf((attributes) => attributes.delete(name))
  if (whole === without || whole === 'refused') return
  const hostile = dice.pick(notCounts)
  // JavaScript's SDKs say NaN for what the provider did not say.
  if (Number.isNaN(hostile)) return
  const withHostile = usageOf((attributes) => attributes.set(name, hostile))
  if (withHostile === without) throw new Error(`${name} = ${String(hostile)} (${typeof hostile}) is read as if absent`)
}

const countName = /^(gen_ai\.usage\.|llm\.token_count\.|ai\.usage\.|anthropic\.usage\.)(?!.*(cost|details\.))/

/** Bytes of strangers, at the door and in the log. */
function bytesOfStrangers(seeds: Seeds, dice: Dice): void {
  const spans = Array.from({ length: 1 + dice.below(3) }, () => dice.pick(seeds.spans))
  const bytes = mutateBytes(encodeTraces(spans), dice)
  const decoded = decodeTraces(bytes, keptAttributes, maxSpans, lifterOf)
  if (decoded.kind === 'ok') takeAtTheDoor(decoded.value.spans)
  judgeRecord(topics.spans, bytes)
}

function takeAtTheDoor(spans: readonly OtlpSpan[]): void {
  const { records } = toSpanRecords(spans, undefined, appendedAtMs)
  for (const { topic, value } of records) judgeRecord(topic, value)
}

const hexBytes = (hex: string) => Buffer.from(hex, 'hex').toString('base64')

/** The JSON form, with its text broken. */
function jsonOfStrangers(seeds: Seeds, dice: Dice): void {
  const span = dice.pick(seeds.spans)
  const json = JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: jsonAttributes(span.resource.attributes) },
        scopeSpans: [
          {
            scope: span.scope,
            spans: [
              {
                traceId: dice.oneIn(20) ? hexBytes(span.traceId) : span.traceId,
                spanId: span.spanId,
                name: span.name,
                kind: dice.oneIn(20) ? 'SPAN_KIND_CLIENT' : span.kind,
                startTimeUnixNano: String(BigInt(Math.floor(span.startMs ?? 0)) * 1_000_000n),
                attributes: jsonAttributes(span.attributes),
              },
            ],
          },
        ],
      },
    ],
  })
  const text = Buffer.from(mutateBytes(Buffer.from(json), dice)).toString('utf8')
  const decoded = decodeTracesJson(text, keptAttributes, maxSpans, lifterOf)
  if (decoded.kind === 'ok') takeAtTheDoor(decoded.value.spans)
}

function jsonAttributes(attributes: ReadonlyMap<string, AttributeValue>) {
  return [...attributes].map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: value } : { stringValue: String(value) },
  }))
}

/** Log records and data points, through the door's rewriting into the ledger, and straight into it. */
function signalsOfStrangers(seeds: Seeds, dice: Dice): void {
  const signal = dice.oneIn(2) ? 'logs' : 'metrics'
  const bytes = mutateBytes(dice.pick(seeds[signal]), dice)
  const options = { signal, keep: keptSignalAttributes, keyAttributes: ['session.id'], maxRecords: maxSpans } as const
  const rewritten = rewriteSignal(Buffer.from(bytes), 'protobuf', options)
  if (rewritten.kind === 'ok') for (const part of rewritten.value.parts) judgeRecord(topics[signal], part.bytes)
  judgeRecord(topics[signal], bytes)
}

/** Usage events as JSON, with fields and with bytes changed, and as Avro, with bytes changed behind the schema's id. */
function eventsOfStrangers(seeds: Seeds, dice: Dice): void {
  if (dice.oneIn(3)) {
    const body = mutateBytes(seeds.avro.subarray(avroHeaderBytes), dice)
    return void judgeRecord(topics.usageEvents, Buffer.concat([seeds.avro.subarray(0, avroHeaderBytes), body]))
  }
  const json = Buffer.from(JSON.stringify(mutateEvent(seedEvent, dice)))
  const value = dice.oneIn(3) ? mutateBytes(json, dice) : json
  // What begins like Avro is read once its schema was looked up.
  if (value[0] !== 0) judgeRecord(topics.usageEvents, value)
}

const avroHeaderBytes = 5

/** Each with its share of the cases. */
export const cases: readonly (readonly [name: string, share: number, run: Case])[] = [
  ['spans', 30, spansOfStrangers],
  ['counts', 10, countsOfStrangers],
  ['bytes', 25, bytesOfStrangers],
  ['json', 10, jsonOfStrangers],
  ['signals', 15, signalsOfStrangers],
  ['events', 10, eventsOfStrangers],
]
