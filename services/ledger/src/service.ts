import { createUsageEventCodec, type UsageEventCodec } from '@spanledger/runtime/avro/usage-event-codec'
import type { ClickHouse } from '@spanledger/runtime/clickhouse/client'
import { type Clock, systemClock } from '@spanledger/runtime/clock'
import { createConsumer } from '@spanledger/runtime/consumer/consumer'
import type { EventLog, TopicPartition } from '@spanledger/runtime/event-log/port'
import type { Logger } from '@spanledger/runtime/logger'
import type { Metrics } from '@spanledger/runtime/metrics'
import type { Service } from '@spanledger/runtime/service'
import { attributorOf } from '@spanledger/schemas/attribution/attributor'
import type { AttributionConfig } from '@spanledger/schemas/config/attribution'
import { inputTopics } from '@spanledger/schemas/events/topics'
import { createClickHouseLedgerStore } from './adapters/clickhouse-ledger-store.ts'
import { createClickHouseRepriceJobs } from './adapters/clickhouse-reprice-jobs.ts'
import { createPoolQueries } from './adapters/pool-queries.ts'
import { createRepriceQueries } from './adapters/reprice-queries.ts'
import { createClickHouseTokenMetrics } from './adapters/clickhouse-token-metrics.ts'
import { createAuditor } from './auditor/auditor.ts'
import { createPoolSettler } from './auditor/pool-settler.ts'
import { createPrepare, createReader } from './decode/reader.ts'
import { createLedgerEvents } from './events.ts'
import { IdentityFilter } from './identity/identity-filter.ts'
import { createBatchHandler } from './landing/handle-batch.ts'
import { Lander } from './landing/lander.ts'
import { createLlmMetrics } from './llm-metrics/llm-metrics.ts'
import { createPooledPrices } from './pools/pooled-prices.ts'
import type { PriceEngine } from './pricing/engine.ts'
import { defaultTolerance, type Tolerance } from './token-metrics/compare.ts'
import { identityDays } from './ports.ts'
import { createRepricer } from './reprice/repricer.ts'
import { createReconciler } from './token-metrics/reconciler.ts'

export interface LedgerOptions {
  readonly log: EventLog
  readonly clickhouse: ClickHouse
  /** The prices to begin with: `useEngine` changes them. */
  readonly engine: PriceEngine
  /** Reads Avro usage events; by default those whose schema is in this release. */
  readonly usageEvents?: UsageEventCodec
  /** The section `attribution` of the configuration as it is now; by default an empty one. */
  readonly attribution?: () => AttributionConfig
  readonly logger: Logger
  readonly metrics: Metrics
  readonly clock?: Clock
  /** Tells this ledger from every other that writes to the same ClickHouse at the same time. Default `ledger`. */
  readonly instance?: string
  /** Decides `day`; default UTC. */
  readonly timeZone?: string
  /** Default true. */
  readonly auditor?: boolean
  /** Between two steps of the auditor; default a minute. */
  readonly auditEveryMs?: number
  /** How far back charges without a price are given one that arrives; default 35, 0: not at all. Only with the auditor. */
  readonly unpricedDays?: number
  readonly filterBytes?: number
  /** How far the ledger may be from the services' own token metrics. */
  readonly tokenMetrics?: Tolerance
  /** Of the `llm_*` metrics; default 2000. */
  readonly maxMetricSeries?: number
  readonly batch?: { readonly maxEntries?: number; readonly lingerMs?: number }
}

export interface Ledger extends Service {
  /** Resolves with the error that stopped it. */
  readonly failed: Promise<unknown>
  /** What keeps it from charging, or undefined: a readiness check. */
  problem(): string | undefined
  /** One step of the auditor's sweep, now; resolves with the number of charges it took back. */
  audit(): Promise<number>
  /**
   * From now on charges are made with these prices, and those of the last days that had none are corrected. Resolves when
   * they are in use; rejects, and changes nothing, when they cannot be recorded.
   */
  useEngine(engine: PriceEngine): Promise<void>
  /** Settles closed hours of cost pools, now; resolves with how many changed. */
  settlePools(): Promise<number>
  /** Prices anew what there is to price anew, now. */
  reprice(): Promise<void>
}

/** Reads the log, charges every request once, and lands the entries in ClickHouse. The only writer of charges. */
export function createLedger(options: LedgerOptions): Ledger {
  const { log, clickhouse, logger, metrics, clock = systemClock, instance = 'ledger' } = options
  const store = createClickHouseLedgerStore({
    clickhouse,
    timeZone: options.timeZone ?? 'UTC',
    group: 'spanledger-ledger',
    instance,
  })
  const filter = new IdentityFilter((...range) => store.loadKeys(...range), options.filterBytes ?? 256 * 1024 * 1024)
  const llm = createLlmMetrics(metrics, options.maxMetricSeries ?? 2_000)
  let { engine } = options
  const withPools = (next: PriceEngine) => createPooledPrices(next, (pool) => settler.rateOf(pool))
  let prices = withPools(engine)
  let inserts = 0
  let isLeader = false
  const lander = new Lander({
    store,
    filter,
    price: (request) => prices.price(request),
    clock: () => clock.nowMs(),
    nextInsertId: () => String(inserts++),
    inserted: (entries) => llm.landed(entries),
  })
  const usageEvents = options.usageEvents ?? createUsageEventCodec()
  const tokenMetrics = createClickHouseTokenMetrics(clickhouse)
  const handle = createBatchHandler({
    log,
    store,
    lander,
    prepare: createPrepare(usageEvents),
    read: createReader({ usageEvents, attributor: () => attributorOf(options.attribution?.()) }),
    events: createLedgerEvents(logger, metrics),
    keepTokenPoints: (points) => tokenMetrics.insert(points),
  })
  const leader = metrics.gauge('spanledger_auditor_leader', 'Whether this ledger leads the sweep (1) or stands by (0)')
  const filterBytes = metrics.gauge(
    'spanledger_identity_filter_bytes',
    'Memory of the filter that tells new requests from known ones',
  )
  const consumer = createConsumer({
    log,
    group: 'ledger',
    topics: inputTopics,
    onAssigned,
    async handle(entries) {
      await handle(entries)
      filterBytes.set(filter.bytes)
    },
    batch: {
      maxEntries: options.batch?.maxEntries ?? 50_000,
      maxBytes: 64 * 1024 * 1024,
      lingerMs: options.batch?.lingerMs ?? 250,
      inFlight: 2,
    },
    clock,
    logger,
    metrics,
  })
  const auditor = createAuditor({
    store,
    lander,
    clock,
    logger,
    metrics,
    isLeader: () => isLeader,
    ...(options.auditEveryMs !== undefined && { everyMs: options.auditEveryMs }),
  })
  const reconciler = createReconciler({
    compare: (window, tolerance) => tokenMetrics.compare(window, tolerance),
    tolerance: options.tokenMetrics ?? defaultTolerance,
    clock,
    logger,
    metrics,
    isLeader: () => isLeader,
  })

  const repricer = createRepricer({
    reader: createRepriceQueries(clickhouse),
    jobs: createClickHouseRepriceJobs(clickhouse),
    lander,
    priceVersion: () => engine.version,
    clock,
    logger,
    metrics,
    isLeader: () => isLeader,
    unpricedDays: (options.auditor ?? true) ? (options.unpricedDays ?? identityDays) : 0,
  })

  const settler = createPoolSettler({
    reader: createPoolQueries(clickhouse),
    store,
    lander,
    book: () => prices.book,
    priceVersion: () => prices.version,
    clock,
    logger,
    metrics,
    isLeader: () => isLeader,
  })

  async function useEngine(next: PriceEngine): Promise<void> {
    const pooled = withPools(next)
    // What a charge was made with can be explained before there is any.
    await store.recordPriceVersion(next.version, next.content)
    await clickhouse.insertRows('price_uses', [{ instance, price_version: next.version }])
    engine = next
    prices = pooled
  }

  async function onAssigned(partitions: readonly TopicPartition[]): Promise<void> {
    lander.assign(partitions)
    isLeader = partitions.some(({ topic, partition }) => topic === inputTopics[0] && partition === 0)
    leader.set(isLeader ? 1 : 0)
    logger.info({ instance, partitions: partitions.length, isLeader }, 'ledger: partitions were assigned')
  }

  return {
    name: 'ledger',
    failed: consumer.failed,
    problem: () => consumer.problem(),
    audit: () => auditor.step(),
    useEngine,
    settlePools: () => settler.step(),
    reprice: () => repricer.step(),
    async start() {
      await useEngine(engine)
      await consumer.start()
      await repricer.start()
      // Without it what is paid by the hour would stay an estimate.
      await settler.start()
      if (!(options.auditor ?? true)) return
      await auditor.start()
      await reconciler.start()
    },
    async stop() {
      await reconciler.stop()
      await settler.stop()
      await repricer.stop()
      await auditor.stop()
      await consumer.stop()
    },
  }
}
