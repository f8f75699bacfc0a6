import type { IHeaders, KafkaMessage } from 'kafkajs'
import type { LogEntry } from '../port.ts'

const nothing = Buffer.alloc(0)

/** A message as an entry. Other producers leave out keys, values and headers, or give a header several times: the first counts. */
export function toEntry(topic: string, partition: number, message: KafkaMessage): LogEntry {
  return {
    topic,
    partition,
    offset: Number(message.offset),
    appendedAtMs: Number(message.timestamp),
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
