import { createMemoryEventLog } from '@spanledger/runtime/event-log/memory'
import { createLogger } from '@spanledger/runtime/logger'
import { createMetrics } from '@spanledger/runtime/metrics'
import { describeServiceContract } from '@spanledger/runtime/testing/service-contract'
import { createCollector } from './service.ts'

describeServiceContract('the collector', {
  create: () =>
    createCollector({
      log: createMemoryEventLog(),
      logger: createLogger({ name: 'test', level: 'silent' }),
      metrics: createMetrics(),
      options: { host: '127.0.0.1', port: 0, grpcPort: 0 },
    }),
  createBroken: () =>
    createCollector({
      log: createMemoryEventLog(),
      logger: createLogger({ name: 'test', level: 'silent' }),
      metrics: createMetrics(),
      options: { host: '192.0.2.1', port: 0, grpcPort: 0 },
    }),
})
