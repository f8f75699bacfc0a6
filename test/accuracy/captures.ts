import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** Tokens by kind, as `expected.json` counts them: disjoint, but `reasoning`, which is within `output`. */
export interface Tokens {
  readonly input_uncached: number
  readonly cache_read: number
  readonly cache_write_5m: number
  readonly cache_write_1h: number
  readonly cache_write_other: number
  readonly output: number
  readonly reasoning: number
}

type Gap = string | Readonly<Partial<Record<keyof Tokens, { readonly truth: number; readonly attainable: number }>>>

/** The same of one request; writes for another time by how long that is. */
export interface RequestTokens extends Omit<Tokens, 'cache_write_other'> {
  readonly cache_write_other: Readonly<Record<string, number>>
}

export interface CapturedRequest {
  readonly i: number
  readonly provider?: string
  readonly request_model?: string
  readonly response_model?: string | null
  readonly service_tier?: string | null
  /** What was billed; of requests that were. */
  readonly canonical?: RequestTokens
  readonly endpoint: string
  readonly stream?: boolean
  readonly billable: boolean
  readonly telemetry?: {
    readonly span: string | null
    readonly response_id_in_span?: string | null
    /** How what the telemetry can support differs from what was billed; absent: not at all. */
    readonly gap?: Gap | null
    /** Null: nothing can be known of it. */
    readonly attainable?: RequestTokens | null
  }
}

interface Expected {
  readonly dialect: string
  readonly packages: Readonly<Record<string, string>>
  readonly how: string
  readonly files: readonly string[]
  readonly billable_requests: number
  readonly refused_requests: number
  readonly usage_records_after_dedup: number
  readonly totals_truth: Tokens
  readonly totals_attainable: Tokens
  readonly requests: readonly CapturedRequest[]
}

/** What a real instrumentation sent while a provider counted what it billed. */
export interface Capture extends Expected {
  readonly name: string
  /** The bodies in the order in which they were sent. */
  readonly bodies: readonly CapturedBody[]
}

export interface CapturedBody {
  readonly signal: Signal
  /** One of them only, where the exporter speaks but one. */
  readonly protobuf?: Uint8Array
  readonly json?: string
}

const signals = ['traces', 'metrics', 'logs'] as const
type Signal = (typeof signals)[number]

const folder = new URL('../../../shared/fixtures/otlp/', import.meta.url)

/** Whether the captures are here: they do not come with the project. */
export const hasCaptures = existsSync(folder)

export function readCaptures(): Capture[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted()
    .map(readCapture)
}

function readCapture(name: string): Capture {
  const file = (path: string) => readFileSync(new URL(`${name}/${path}`, folder))
  const expected = JSON.parse(file('expected.json').toString()) as Expected
  const bodies = expected.files.map((path): CapturedBody => {
    const signal = signals.find((each) => path.includes(`-${each}.`))
    if (!signal) throw new Error(`${name}/${path} is of no signal that is known`)
    const json = path.replace(/\.pb$/, '.json')
    return {
      signal,
      ...(path.endsWith('.pb') && { protobuf: file(path) }),
      ...(existsSync(new URL(`${name}/${json}`, folder)) && { json: file(json).toString() }),
    }
  })
  return { ...expected, name, bodies }
}
