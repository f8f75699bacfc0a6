import { Kafka, logLevel, Partitioners } from 'kafkajs'

/** Writes values without a key, as producers do that know nothing of spanledger: each goes to any partition. */
export async function writeUnkeyed(
  brokers: readonly string[],
  topic: string,
  values: readonly Uint8Array[],
): Promise<void> {
  const kafka = new Kafka({ brokers: [...brokers], clientId: 'other', logLevel: logLevel.NOTHING })
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  try {
    for (const value of values)
      await producer.send({ topic, acks: -1, messages: [{ key: null, value: Buffer.from(value) }] })
  } finally {
    await producer.disconnect()
  }
}
