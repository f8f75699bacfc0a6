import { SpanledgerError } from '@spanledger/runtime/errors'
import type { LedgerReader } from '../ports.ts'

export interface QueryLimits {
  readonly maxSeconds: number
  readonly maxMemoryBytes: number
  readonly maxThreads: number
  readonly maxRunning: number
  readonly maxWaiting: number
}

const defaultLimits: QueryLimits = {
  maxSeconds: 10,
  maxMemoryBytes: 1024 ** 3,
  maxThreads: 4,
  maxRunning: 4,
  maxWaiting: 64,
}

/**
 * Keeps readers of the page from hurting the server: each query is limited by ClickHouse, few run at once, the same
 * question asked again while it is being answered costs nothing, and beyond that the answer is CONSOLE_BUSY.
 */
export function createBoundedReader(reader: LedgerReader, limits: QueryLimits = defaultLimits): LedgerReader {
  const { maxSeconds, maxMemoryBytes, maxThreads } = limits
  const settings = `SETTINGS max_execution_time = ${maxSeconds}, max_memory_usage = ${maxMemoryBytes}, max_threads = ${maxThreads}`
  const underWay = new Map<string, Promise<readonly unknown[]>>()
  const waiting: (() => void)[] = []
  let running = 0

  async function run(sql: string, params?: Record<string, unknown>): Promise<readonly unknown[]> {
    if (running >= limits.maxRunning) await turn()
    else running++
    try {
      return await reader.query(`${sql}\n${settings}`, params)
    } finally {
      // A place is handed on rather than given up, so that nobody slips in between.
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }

  function turn(): Promise<void> {
    if (waiting.length >= limits.maxWaiting) {
      throw new SpanledgerError('CONSOLE_BUSY', `${limits.maxWaiting} queries of the console wait already`, {
        retryable: true,
        hint: 'try again in a moment',
      })
    }
    return new Promise((resolve) => waiting.push(resolve))
  }

  return {
    query<Row>(sql: string, params?: Record<string, unknown>): Promise<readonly Row[]> {
      const key = JSON.stringify([sql, params])
      let answer = underWay.get(key)
      if (answer === undefined) {
        answer = run(sql, params).finally(() => underWay.delete(key))
        underWay.set(key, answer)
      }
      return answer as Promise<readonly Row[]>
    },
  }
}
