import { bodiesOf } from '@spanledger/cli/replay/bodies'
import { newestSchemaOf } from '@spanledger/runtime/avro/released-schemas'
import { createUsageEventCodec } from '@spanledger/runtime/avro/usage-event-codec'
import { topics } from '@spanledger/schemas/events/topics'
import { readUsageEvent, type UsageEvent } from '@spanledger/schemas/events/usage-event'
import avro from 'avsc'
import { endlessRequests } from './bodies-file.ts'

/**
 * What an event costs on either side of the log, by `npm run bench -- codec`:
 * microseconds of CPU for each, Avro beside JSON, on the events of `npm run bench`.
 */
const count = 20_000
const rounds = 15
const nowMs = Date.now()

const texts: string[] = []
const requests = []
for await (const request of endlessRequests(nowMs, count)) requests.push(request)
for (const { bytes } of bodiesOf(requests, 'events')) texts.push(...(bytes as string).split('\n').filter(Boolean))

function eventOf(json: unknown): UsageEvent {
  const read = readUsageEvent(json, nowMs)
  if (read.kind !== 'ok') throw new Error(JSON.stringify(read))
  return read.value
}

const codec = createUsageEventCodec()
await codec.ready()
const events = texts.map((text) => eventOf(JSON.parse(text)))
const values = events.map((event) => codec.encode(event))
const jsons = texts.map((text) => Buffer.from(text))
await codec.prepare(values)
/** The same bytes under a schema that says one thing more. */
const { fields, ...named } = JSON.parse(newestSchemaOf(topics.usageEvents).schema) as { fields: unknown[] }
const wider = { ...named, fields: [...fields, { name: 'more', type: 'null' }] }
const foreign = createUsageEventCodec({
  register: () => Promise.resolve(1),
  lookup: () => Promise.resolve({ kind: 'found', schema: JSON.stringify(wider) }),
})
const others = values.map((value) => {
  const other = Buffer.from(value)
  other.writeUInt32BE(7, 1)
  return other
})
await foreign.prepare(others)
const plain = avro.Type.forSchema(JSON.parse(newestSchemaOf(topics.usageEvents).schema) as avro.Schema)
const records = values.map((value) => plain.fromBuffer(Buffer.from(value.subarray(5))) as unknown)

/** The best round: what others do on the machine only ever adds. */
function measure<T>(name: string, items: readonly T[], work: (item: T) => unknown): void {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    const start = process.cpuUsage()
    for (const item of items) work(item)
    const { user, system } = process.cpuUsage(start)
    best = Math.min(best, (user + system) / items.length)
  }
  console.log(`${name.padEnd(62)} ${best.toFixed(2)} µs`)
}

const mean = (sizes: readonly { readonly length: number }[]) =>
  Math.round(sizes.reduce((sum, { length }) => sum + length, 0) / sizes.length)
console.log(`${values.length} events; bytes of each: JSON ${mean(jsons)}, Avro ${mean(values)}`)
measure('at the door: JSON.parse', texts, (text) => JSON.parse(text))
measure('at the door: JSON.parse and the rules', texts, (text) => eventOf(JSON.parse(text)))
measure('into the log: JSON.stringify', events, (event) => Buffer.from(JSON.stringify(event)))
measure('into the log: Avro by avsc', records, (record) => plain.toBuffer(record))
measure('into the log: Avro, our writer', events, (event) => codec.encode(event))
measure('out of the log: JSON.parse and the rules', jsons, (json) => eventOf(JSON.parse(json.toString('utf8'))))
measure('out of the log: Avro, a schema of the writer’s own', others, (value) => foreign.decode(value, nowMs))
measure('out of the log: Avro, our reader with the rules', values, (value) => codec.decode(value, nowMs))
