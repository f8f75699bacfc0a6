import type { Admin, Kafka } from 'kafkajs'
import { createBackoff } from '../../backoff.ts'
import { systemClock } from '../../clock.ts'
import { retry } from '../../consumer/retry.ts'
import type { Logger } from '../../logger.ts'
import { translateKafkaError } from './kafka-errors.ts'

const backoffMs = createBackoff({ firstMs: 200, maxMs: 2_000 })

/**
 * A connected admin client. A cluster that is not there yet is tried for `limitMs`; a wrong password or a certificate that
 * is not trusted is an error at once.
 */
export function reachKafka(kafka: Kafka, limitMs: number, logger: Logger): Promise<Admin> {
  return retry(() => connect(kafka), {
    clock: systemClock,
    signal: AbortSignal.timeout(limitMs),
    backoffMs,
    onRetry(error, attempt) {
      if (attempt === 1) logger.warn({ err: error }, 'Kafka is not there yet: trying again')
    },
  })
}

async function connect(kafka: Kafka): Promise<Admin> {
  const admin = kafka.admin()
  try {
    await admin.connect()
    return admin
  } catch (error) {
    await admin.disconnect().catch(() => undefined)
    throw translateKafkaError(error, 'no broker answers')
  }
}
