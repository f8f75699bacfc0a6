import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

/**
 * The process's metrics. Names are `spanledger_<thing>_<unit>_total`; labels come from closed sets only.
 * Asking twice for the same name returns the same metric, so every part can name what it reports.
 */
export interface Metrics {
  counter(name: string, help: string, labelNames?: readonly string[]): Counter<string>
  gauge(name: string, help: string, labelNames?: readonly string[]): Gauge<string>
  histogram(name: string, help: string, labelNames?: readonly string[], buckets?: readonly number[]): Histogram<string>
  /** One whose owner counts by itself: `collect` is asked at every scrape. Asking for the same name again replaces it. */
  collected(metric: CollectedMetric): void
  /** The Prometheus text format. */
  render(): Promise<string>
  readonly contentType: string
}

export interface CollectedMetric {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  collect(): Iterable<Sample>
}

export interface Sample {
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number
  /** Of a histogram's lines: `_bucket`, `_sum`, `_count`. */
  readonly suffix?: string
}

export interface MetricsOptions {
  /** Also memory, CPU, event loop and garbage collection of the process (once per process). */
  readonly process?: boolean
}

export function createMetrics(options: MetricsOptions = {}): Metrics {
  const registry = new Registry()
  if (options.process) {
    collectDefaultMetrics({ register: registry })
    // gauges with the name of a counter, and the sums of what is reported by type anyway
    for (const what of ['handles', 'requests', 'resources']) registry.removeSingleMetric(`nodejs_active_${what}_total`)
  }

  /** The registry forgets types, so a name that is asked for as another kind of metric is a mistake to report. */
  function once<T extends object>(kind: abstract new (...args: never[]) => T, name: string, create: () => T): T {
    const known: unknown = registry.getSingleMetric(name)
    if (known === undefined) return create()
    if (known instanceof kind) return known
    throw new TypeError(`metric ${name} is already registered as another kind than ${kind.name}`)
  }

  return {
    contentType: registry.contentType,
    render: () => registry.metrics(),
    counter: (name, help, labelNames = []) =>
      once<Counter<string>>(Counter, name, () => new Counter({ name, help, labelNames, registers: [registry] })),
    gauge: (name, help, labelNames = []) =>
      once<Gauge<string>>(Gauge, name, () => new Gauge({ name, help, labelNames, registers: [registry] })),
    collected({ name, help, type, collect }) {
      registry.removeSingleMetric(name)
      const values = () =>
        Array.from(collect(), ({ labels, value, suffix = '' }) => ({ labels, value, metricName: name + suffix }))
      // the library's own types are classes; it asks a metric for nothing but these
      const metric: unknown = { name, help, type, get: () => Promise.resolve({ name, help, type, values: values() }) }
      registry.registerMetric(metric as Gauge)
    },
    histogram: (name, help, labelNames = [], buckets) =>
      once<Histogram<string>>(
        Histogram,
        name,
        () =>
          new Histogram({ name, help, labelNames, registers: [registry], ...(buckets && { buckets: [...buckets] }) }),
      ),
  }
}
