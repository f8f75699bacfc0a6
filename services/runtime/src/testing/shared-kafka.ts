import { beforeEach, inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    /** The broker that all tests of a run share, or why there is none (`infra/dev/testing/share-kafka.ts`). */
    readonly kafka: { readonly brokers: readonly string[] } | { readonly missing: string }
    /** `KAFKA_BROKERS` of whoever started the tests, or empty. */
    readonly kafkaBrokers: string
  }
}

/**
 * The brokers that the tests of a run share; the tests of this file, or suite, are skipped with the reason where there
 * are none. Others use them too: take a random topic prefix. Hooks run before a test can be skipped: they look at
 * `brokers.length`.
 */
export function sharedKafka(): { readonly brokers: readonly string[] } {
  const kafka = inject('kafka')
  if ('brokers' in kafka) return kafka
  beforeEach((context) => context.skip(kafka.missing))
  return { brokers: [] }
}
