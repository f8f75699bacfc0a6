import { SpanledgerError } from '../../errors.ts'
import type { Logger } from '../../logger.ts'
import { ensureTopics, listTopics, type TopicsOptions } from './ensure-topics.ts'

/**
 * At start: the topics are there, or are made where this user may, and the input topics go together.
 *
 * @throws SpanledgerError that names what is missing and the command that makes it
 */
export async function prepareTopics(options: TopicsOptions, logger: Logger): Promise<void> {
  const missing = (await listTopics(options)).filter(({ found }) => found === undefined).map(({ name }) => name)
  try {
    await ensureTopics(options)
    if (missing.length > 0) logger.info({ topics: missing }, `made ${missing.length} topics in Kafka`)
  } catch (error) {
    if (!(error instanceof SpanledgerError) || error.code !== 'LOG_FORBIDDEN' || missing.length === 0) throw error
    throw new SpanledgerError(
      'TOPIC_MISSING',
      `these topics are not there, and may not be made: ${missing.join(', ')}`,
      {
        retryable: false,
        hint: 'have someone who may run: spanledger topics --create',
        cause: error,
      },
    )
  }
}
