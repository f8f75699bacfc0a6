import { createLogger } from '../logger.ts'
import { describeEventLogContract } from '../testing/event-log-contract.ts'
import { describeLocalLogContract } from '../testing/local-log-contract.ts'
import { describeServiceContract } from '../testing/service-contract.ts'
import { createMemoryEventLog } from './memory.ts'

const logger = createLogger({ name: 'test', level: 'silent' })

describeServiceContract('the memory event log', { create: () => createMemoryEventLog() })

describeEventLogContract('the memory event log', async () => {
  const log = createMemoryEventLog({ partitions: 4, logger })
  await log.start()
  return {
    log,
    async reopen() {
      await log.stop()
      await log.start()
      return log
    },
    dispose: () => log.stop(),
  }
})

describeLocalLogContract('the memory event log', async (options) => {
  const log = createMemoryEventLog(options)
  await log.start()
  return { log, dispose: () => log.stop() }
})
