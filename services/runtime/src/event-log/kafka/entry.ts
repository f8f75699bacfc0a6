import type { IHeaders, KafkaMessage } from 'kafkajs'
import type { LogEntry } from '../port.ts'

const nothing = Buffer.alloc(0)

/** A topic that takes producers' times takes any number: what is no time of a table is its nearest. */
const latestMs = Date.UTC(2200, 0, 1)

/** A message as an entry. Other producers leave out keys, values and headers, or give a header several times: the first counts. */
export function toEntry(topic: string, partition: number, message: KafkaMessage): LogEntry {
  return {
    topic,
    partition,
    offset: Number(message.offset),
    appendedAtMs: Math.min(Math.max(Number(message.timestamp), 0), latestMs),
    key: message.key === null ? '' : message.key.toString(),
    value: message.value ?? nothing,
    headers: message.headers === undefined ? {} : textOf(message.headers),
  }
}

function textOf(headers: IHeaders): Record<string, string> {
  const texts: Record<string, string> = {}
  for (const name of Object.keys(headers)) {
    const value = headers[name]
    const first = Array.isArray(value) ? value[0] : value
    if (first !== undefined && first !== null) texts[name] = first.toString()
  }
  return texts
}
