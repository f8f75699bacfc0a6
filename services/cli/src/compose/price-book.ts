import { loadCatalogue } from '@spanledger/ledger/adapters/catalogue-file'
import { createPriceEngine, type PriceEngine } from '@spanledger/ledger/pricing/engine'
import { type Clock, systemClock } from '@spanledger/runtime/clock'
import type { WatchedConfigFile } from '@spanledger/runtime/config-file/watch-config-file'
import { SpanledgerError } from '@spanledger/runtime/errors'
import type { Logger } from '@spanledger/runtime/logger'
import type { Metrics } from '@spanledger/runtime/metrics'
import type { Service } from '@spanledger/runtime/service'
import type { PriceOverrides } from '@spanledger/schemas/prices/overrides'

export interface PriceBookOptions {
  readonly file: Pick<WatchedConfigFile, 'current' | 'onChange'>
  readonly logger: Logger
  readonly metrics: Metrics
  readonly clock?: Clock
}

/** Prices as the configuration file has them now, on the catalogue of this release. */
export interface PriceBook {
  /** Of the file as it was when it was last right. */
  engine(): PriceEngine
  /** Of other overrides on the same catalogue: to be compared. Throws PRICES_UNUSABLE. */
  engineOf(overrides: PriceOverrides): PriceEngine
  /** A service that brings each new engine to `use`, the newest only, again until it is taken. */
  follow(use: (engine: PriceEngine) => Promise<void>): Service
}

const againMs = 2_000

/**
 * Follows the section `prices` of the configuration file. The new engine is made aside, before the file is in force: prices
 * that no engine can be made of refuse the file as a whole. Throws PRICES_UNUSABLE where that is so from the beginning.
 */
export function createPriceBook({ file, logger, metrics, clock = systemClock }: PriceBookOptions): PriceBook {
  const catalogue = loadCatalogue()
  const info = metrics.gauge(
    'spanledger_price_version_info',
    'The prices that requests are charged with: catalogue, configuration file and engine, as their content hash',
    ['version'],
  )
  let overrides = file.current().prices
  let engine = made(overrides)
  let changed: () => void = () => undefined

  function made(from: PriceOverrides): PriceEngine {
    try {
      return createPriceEngine({ catalogue, overrides: from })
    } catch (cause) {
      const what = cause instanceof Error ? cause.message : String(cause)
      const hint = 'correct the section prices of the configuration file'
      throw new SpanledgerError('PRICES_UNUSABLE', `prices: ${what}`, { retryable: false, hint, cause })
    }
  }

  function show({ version }: PriceEngine): void {
    info.reset()
    info.set({ version }, 1)
  }

  file.onChange(({ prices }) => {
    if (JSON.stringify(prices) === JSON.stringify(overrides)) return
    const next = made(prices)
    overrides = prices
    if (next.version === engine.version) return
    logger.info({ from: engine.version, to: next.version }, 'the prices of the configuration file changed')
    engine = next
    changed()
  })

  return {
    engine: () => engine,
    engineOf: made,
    follow(use) {
      let taken = engine
      let isTaking = false
      let isStopped = false
      let cancel: (() => void) | undefined

      /** One at a time, so that an older one never comes after a newer. */
      async function take(): Promise<void> {
        if (isTaking || isStopped || taken === engine) return
        isTaking = true
        const next = engine
        try {
          await use(next)
          taken = next
          show(next)
        } catch (error) {
          logger.warn({ err: error, version: next.version }, 'the new prices are not in use yet: trying again')
          if (!isStopped) cancel = clock.after(againMs, () => void take())
          return
        } finally {
          isTaking = false
        }
        await take()
      }

      return {
        name: 'prices',
        async start() {
          isStopped = false
          show(taken)
          changed = () => {
            cancel?.()
            void take()
          }
          await take()
        },
        async stop() {
          isStopped = true
          changed = () => undefined
          cancel?.()
        },
      }
    },
  }
}
