import { ClickHouseError } from '@clickhouse/client'
import { SpanledgerError } from '../errors.ts'

interface Translation {
  readonly code: string
  /** Can the same call succeed later? */
  readonly retryable: boolean
  readonly hint: string
}

const busy = 'ClickHouse is busy: the call is repeated; if this stays, give it more memory or fewer concurrent queries'
const starting = 'the server is starting or stopping: the call is repeated'
const grants = 'check the user in CLICKHOUSE_USER and what it may do'
const schema =
  'the tables differ from what this version expects: let it apply its migrations, or use the matching version'

/** What a server's error code means to us. A code that is not here is a bug of ours or a broken server: not retried. */
export const serverErrors: Readonly<Record<number, Translation>> = {
  16: { code: 'CLICKHOUSE_SCHEMA_MISMATCH', retryable: false, hint: schema },
  47: { code: 'CLICKHOUSE_SCHEMA_MISMATCH', retryable: false, hint: schema },
  53: { code: 'CLICKHOUSE_SCHEMA_MISMATCH', retryable: false, hint: schema },
  60: { code: 'CLICKHOUSE_SCHEMA_MISMATCH', retryable: false, hint: schema },
  81: { code: 'CLICKHOUSE_SCHEMA_MISMATCH', retryable: false, hint: schema },
  159: { code: 'CLICKHOUSE_TIMEOUT', retryable: true, hint: busy },
  164: { code: 'CLICKHOUSE_READONLY', retryable: false, hint: grants },
  192: { code: 'CLICKHOUSE_AUTH', retryable: false, hint: grants },
  193: { code: 'CLICKHOUSE_AUTH', retryable: false, hint: grants },
  194: { code: 'CLICKHOUSE_AUTH', retryable: false, hint: grants },
  202: { code: 'CLICKHOUSE_BUSY', retryable: true, hint: busy },
  203: { code: 'CLICKHOUSE_BUSY', retryable: true, hint: busy },
  209: { code: 'CLICKHOUSE_UNAVAILABLE', retryable: true, hint: starting },
  210: { code: 'CLICKHOUSE_UNAVAILABLE', retryable: true, hint: starting },
  216: { code: 'CLICKHOUSE_QUERY_RUNNING', retryable: true, hint: 'a query with this id still runs: wait or kill it' },
  236: { code: 'CLICKHOUSE_UNAVAILABLE', retryable: true, hint: starting },
  241: { code: 'CLICKHOUSE_MEMORY', retryable: true, hint: busy },
  242: { code: 'CLICKHOUSE_READONLY', retryable: true, hint: 'the table is read-only: check ClickHouse Keeper' },
  243: { code: 'CLICKHOUSE_DISK_FULL', retryable: true, hint: 'free disk space under the ClickHouse data directory' },
  252: { code: 'CLICKHOUSE_BUSY', retryable: true, hint: 'too many parts: merges cannot keep up; send larger batches' },
  279: { code: 'CLICKHOUSE_UNAVAILABLE', retryable: true, hint: starting },
  319: { code: 'CLICKHOUSE_OUTCOME_UNKNOWN', retryable: true, hint: 'confirm what was inserted before repeating it' },
  341: { code: 'CLICKHOUSE_OUTCOME_UNKNOWN', retryable: true, hint: 'confirm what was inserted before repeating it' },
  394: { code: 'CLICKHOUSE_QUERY_KILLED', retryable: true, hint: 'somebody killed this query' },
  425: { code: 'CLICKHOUSE_UNAVAILABLE', retryable: true, hint: starting },
  439: { code: 'CLICKHOUSE_BUSY', retryable: true, hint: busy },
  497: { code: 'CLICKHOUSE_AUTH', retryable: false, hint: grants },
  516: { code: 'CLICKHOUSE_AUTH', retryable: false, hint: 'check CLICKHOUSE_USER and CLICKHOUSE_PASSWORD' },
  999: { code: 'CLICKHOUSE_UNAVAILABLE', retryable: true, hint: 'ClickHouse Keeper is not reachable' },
}

/** What `throwIf` throws. */
const throwIfCode = 395

const unreachable = 'check CLICKHOUSE_URL and that the server runs'

/** What a failed connection means: Node's own codes. The outcome of a write that ends like this is unknown. */
export const connectionErrors: Readonly<Record<string, Translation>> = {
  ECONNREFUSED: { code: 'CLICKHOUSE_UNAVAILABLE', retryable: true, hint: unreachable },
  ECONNRESET: { code: 'CLICKHOUSE_UNAVAILABLE', retryable: true, hint: unreachable },
  ECONNABORTED: { code: 'CLICKHOUSE_UNAVAILABLE', retryable: true, hint: unreachable },
  EPIPE: { code: 'CLICKHOUSE_UNAVAILABLE', retryable: true, hint: unreachable },
  ETIMEDOUT: { code: 'CLICKHOUSE_UNAVAILABLE', retryable: true, hint: unreachable },
  EHOSTUNREACH: { code: 'CLICKHOUSE_UNAVAILABLE', retryable: true, hint: unreachable },
  ENETUNREACH: { code: 'CLICKHOUSE_UNAVAILABLE', retryable: true, hint: unreachable },
  ENOTFOUND: { code: 'CLICKHOUSE_UNAVAILABLE', retryable: true, hint: 'the host of CLICKHOUSE_URL has no address' },
  EAI_AGAIN: { code: 'CLICKHOUSE_UNAVAILABLE', retryable: true, hint: 'the host of CLICKHOUSE_URL has no address now' },
}

const unknownServerError: Translation = {
  code: 'CLICKHOUSE_ERROR',
  retryable: false,
  hint: 'this is likely a bug in spanledger: please report it with the message',
}
const unknownConnectionError: Translation = { code: 'CLICKHOUSE_UNAVAILABLE', retryable: true, hint: unreachable }

/** By code, never by message. `doing` says what was attempted, such as `insert into ledger`. */
export function translateError(error: unknown, doing: string): SpanledgerError {
  if (error instanceof SpanledgerError) return error
  if (error instanceof ClickHouseError) {
    const translation = serverErrors[Number(error.code)] ?? unknownServerError
    const message = `ClickHouse refused to ${doing}: ${error.message} (${error.code} ${error.type ?? ''})`
    return new SpanledgerError(translation.code, message, { ...translation, cause: error })
  }
  const nodeCode = error instanceof Error && 'code' in error ? String(error.code) : ''
  const translation = connectionErrors[nodeCode] ?? unknownConnectionError
  const reason = error instanceof Error ? error.message : String(error)
  return new SpanledgerError(translation.code, `cannot ${doing}: ${reason || nodeCode}`, {
    ...translation,
    cause: error,
  })
}

/** An insert that was to be refused on a condition (`refuseIf`), and was: nothing of it is stored. */
export function refusedError(error: unknown, doing: string): SpanledgerError | undefined {
  if (!(error instanceof ClickHouseError) || Number(error.code) !== throwIfCode) return undefined
  return new SpanledgerError('INSERT_REFUSED', `ClickHouse refused to ${doing}, as it was asked to`, {
    retryable: true,
    hint: 'another ledger has taken over what this one was working on; it goes on when the log says what is its own',
    cause: error,
  })
}

/** The caller's time ran out; what the server did is unknown. */
export function timeoutError(doing: string, timeoutMs: number): SpanledgerError {
  return new SpanledgerError('CLICKHOUSE_TIMEOUT', `cannot ${doing}: no answer within ${timeoutMs} ms`, {
    retryable: true,
    hint: busy,
  })
}
