import { loadCatalogue } from '@spanledger/ledger/adapters/catalogue-file'
import { createReader } from '@spanledger/ledger/decode/reader'
import type { Reading } from '@spanledger/ledger/decode/reading'
import { identify } from '@spanledger/ledger/identity/keys'
import { chargeOf } from '@spanledger/ledger/landing/charge'
import type { Observation } from '@spanledger/ledger/observation'
import { createPriceEngine } from '@spanledger/ledger/pricing/engine'
import { createUsageEventCodec } from '@spanledger/runtime/avro/usage-event-codec'
import type { LogEntry } from '@spanledger/runtime/event-log/port'
import { maxIdLength } from '@spanledger/schemas/events/event-fields'
import { isSafeText } from '@spanledger/schemas/events/safe-text'
import { maxCount } from '@spanledger/schemas/events/usage'
import { checkUsage } from '@spanledger/schemas/events/usage-formats'

const engine = createPriceEngine({ catalogue: loadCatalogue() })
/** Knows the schema that ours are written with. */
export const avro = createUsageEventCodec()
const read = createReader({ usageEvents: avro })

/** When the log took every case. */
export const appendedAtMs = Date.UTC(2026, 10, 21)

/** What the ledger makes of a record of the log, down to its charges; throws where a promise does not hold. */
export function judgeRecord(topic: string, value: Uint8Array): Reading {
  const entry: LogEntry = { topic, partition: 0, offset: 0, appendedAtMs, key: '', value, headers: {} }
  const reading = read(entry)
  for (const observation of reading.observations) judgeObservation(observation)
  for (const { message, record = '' } of reading.rejected) {
    // A refusal tells about the record in words of ours, and keeps little of it.
    if (message === '' || message.length > 1_000) throw new Error(`a refusal says ${message.length} characters`)
    if (record.length > 1_000_000) throw new Error(`a dead letter has ${record.length} characters`)
  }
  return reading
}

function judgeObservation(observation: Observation): void {
  const { usage, at, latencyMs, ttftMs, reportedCostAtto, attribution, tags } = observation
  for (const [field, count] of Object.entries(usage ?? {})) {
    if (!Number.isSafeInteger(count) || count < 0 || count > 2 * maxCount) throw new Error(`${field} is ${count}`)
  }
  if (usage && checkUsage(usage).kind !== 'ok') throw new Error(`usage contradicts itself: ${JSON.stringify(usage)}`)
  if (!Number.isInteger(at)) throw new Error(`starts at ${at}`)
  for (const ms of [latencyMs, ttftMs])
    if (ms !== undefined && !(ms >= 0 && ms < 2 ** 32)) throw new Error(`took ${ms}`)
  if (reportedCostAtto !== undefined && reportedCostAtto < 0n) throw new Error('reports a negative cost')
  const texts = [...Object.values(attribution), ...Object.keys(tags), ...Object.values(tags), observation.provider]
  for (const text of [
    ...texts,
    observation.requestModel ?? '-',
    observation.responseModel ?? '-',
    observation.tenant,
  ]) {
    if (text === '' || text.length > 256 || !isSafeText(text)) throw new Error(`holds the text ${JSON.stringify(text)}`)
  }
  if ((observation.responseId?.length ?? 0) > maxIdLength) throw new Error('holds a response id without end')
  judgeCharge(observation)
}

function judgeCharge(observation: Observation): void {
  const { own, keys } = identify(observation)
  const charge = chargeOf(observation, (request) => engine.price(request), {
    identity: own,
    identityKeys: keys,
    recordedAt: appendedAtMs,
    sources: [observation.dialect],
  })
  if (charge.cost < 0n || charge.uncachedTokens < 0) throw new Error(`costs ${charge.cost}`)
  const parts = charge.costInput + charge.costCacheRead + charge.costCacheWrite + charge.costOutput + charge.costOther
  if (parts !== charge.cost) throw new Error('the parts of the cost are not the cost')
  const used = observation.usage && Object.values(observation.usage).some((count) => count > 0)
  const isPriced = charge.kind === 'charge' && charge.priceState === 'priced' && charge.warnings.length === 0
  // A row whose price is an explicit 0 is named; without one, nothing said that it costs nothing.
  if (used && isPriced && charge.cost === 0n && charge.priceRows.length === 0)
    throw new Error(`used and silently zero: ${charge.model}`)
}
