import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { collect } from '../../testing/collect.ts'
import { eventually } from '../../testing/eventually.ts'
import { type KafkaCluster, kafkaUser, startKafka } from '../../testing/kafka-broker.ts'
import { openLogs } from '../../testing/kafka/open-logs.ts'
import type { KafkaEventLogOptions } from './kafka-log-options.ts'

describe('TLS and passwords', () => {
  let kafka: KafkaCluster | { readonly missing: string }
  let secure: { readonly brokers: readonly string[]; readonly ca: string }
  beforeAll(async () => {
    kafka = await startKafka({ secure: true })
    if (!('missing' in kafka)) secure = kafka.secure!
  })
  beforeEach((context) => {
    if ('missing' in kafka) context.skip(kafka.missing)
  })
  afterAll(async () => {
    if (kafka !== undefined && !('missing' in kafka)) await kafka.stop()
  })

  /** Opens a log at the secure port; resolves to the error when it does not open. */
  async function open(options: Partial<KafkaEventLogOptions>) {
    const logs = openLogs(secure.brokers, options)
    try {
      return { logs, log: await logs.open() }
    } catch (error) {
      await logs.stopAll()
      throw error
    }
  }

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)(
    'carry records, with a certificate of one’s own and a password by %s',
    async (mechanism) => {
      const { logs, log } = await open({ ssl: { ca: secure.ca }, sasl: { mechanism, ...kafkaUser } })
      const { entries } = await collect(log, 'g', ['usage_events'])
      await log.append([{ topic: 'usage_events', key: 'k', value: Buffer.from('v') }])
      await eventually('it arrives', () => entries.length === 1)
      await logs.stopAll()
    },
  )

  it.each([
    [
      'a wrong password',
      'LOG_LOGIN',
      () => ({ sasl: { mechanism: 'plain', ...kafkaUser, password: 'wrong' } as const }),
    ],
    [
      'a wrong password by SCRAM',
      'LOG_LOGIN',
      () => ({ sasl: { mechanism: 'scram-sha-256', ...kafkaUser, password: 'wrong' } as const }),
    ],
    ['a certificate that nobody here trusts', 'LOG_TLS', () => ({ ssl: true })],
  ] as const)('%s is one clear error at once, not tried again', async (_name, code, wrong) => {
    const asked = performance.now()
    const right = { ssl: { ca: secure.ca }, sasl: { mechanism: 'plain', ...kafkaUser } } as const
    const error: unknown = await open({ ...right, ...wrong() }).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code, retryable: false, hint: expect.stringContaining('KAFKA_') })
    expect(String(error)).not.toContain(kafkaUser.password)
    expect(performance.now() - asked).toBeLessThan(5_000)
  })
})
