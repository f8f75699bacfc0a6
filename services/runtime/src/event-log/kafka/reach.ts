import type { Admin, Kafka } from 'kafkajs'
import { createBackoff } from '../../backoff.ts'
import type { Logger } from '../../logger.ts'
import { translateKafkaError } from './kafka-errors.ts'

const backoffMs = createBackoff({ firstMs: 200, maxMs: 2_000 })

/**
 * A connected admin client. A cluster that is not there yet is tried for `limitMs`; a wrong password or a certificate that
 * is not trusted is an error at once.
 */
export async function reachKafka(kafka: Kafka, limitMs: number, logger: Logger): Promise<Admin> {
  const deadline = performance.now() + limitMs
  for (let attempt = 1; ; attempt++) {
    const admin = kafka.admin()
    try {
      await admin.connect()
      return admin
    } catch (error) {
      await admin.disconnect().catch(() => undefined)
      const translated = translateKafkaError(error, 'no broker answers')
      const delayMs = backoffMs(attempt)
      if (!translated.retryable || performance.now() + delayMs > deadline) throw translated
      if (attempt === 1) logger.warn({ err: translated }, 'Kafka is not there yet: trying again')
      await new Promise((resolve) => setTimeout(resolve, delayMs))
    }
  }
}
