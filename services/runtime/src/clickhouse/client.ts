import { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { type ClickHouseSettings, createClient } from '@clickhouse/client'
import { refusedError, timeoutError, translateError } from './error-table.ts'

export interface ClickHouseOptions {
  /** Without credentials: `http://127.0.0.1:8123`. */
  readonly url: string
  readonly user: string
  readonly password: string
  /** Default `spanledger`; `migrate` creates it. */
  readonly database?: string
  /** How long one call may take, default 60 s. */
  readonly timeoutMs?: number
  /** Default 16. */
  readonly maxConnections?: number
}

/** Values for `{name:Type}` in the text. */
export type QueryParams = Readonly<Record<string, unknown>>

export interface QueryOptions {
  readonly queryId?: string
  readonly settings?: ClickHouseSettings
  readonly timeoutMs?: number
}

export interface InsertOptions extends QueryOptions {
  /** A condition in SQL, with `params`, that the server asks after it has received the insert: true refuses it
   * (`INSERT_REFUSED`, retryable: nothing is stored). */
  readonly refuseIf?: string
  readonly params?: QueryParams
}

/** A block in ClickHouse's Native format; `body` is the encoded rows of `columns` of `types`, in chunks. */
export interface NativeBlock {
  readonly columns: readonly string[]
  readonly types: readonly string[]
  readonly body: Uint8Array | readonly Uint8Array[]
  /** Called when it has been stored and nobody reads `body` any more; never after a failure. */
  release?(): void
}

/**
 * The one way to ClickHouse. Decimals and 64-bit integers come back as strings, exactly; batches are inserted
 * synchronously, so that a resolved insert is a stored one. Every failure is a `SpanledgerError` with a code of
 * `error-table.ts`; after a retryable one the outcome of a write is unknown, not negative.
 */
export interface ClickHouse {
  readonly database: string
  query<T>(sql: string, params?: QueryParams, options?: QueryOptions): Promise<T[]>
  /** Hands over the answer's bytes as they come; the text names its own binary FORMAT. */
  readBytes(
    sql: string,
    params: QueryParams,
    onBytes: (bytes: Uint8Array) => void,
    options?: QueryOptions,
  ): Promise<void>
  /** A statement without a result. */
  command(sql: string, params?: QueryParams, options?: QueryOptions): Promise<void>
  insertNative(table: string, block: NativeBlock, options?: InsertOptions): Promise<void>
  /** Rows as objects: for the few, not for the hot path. */
  insertRows(table: string, rows: readonly object[], options?: QueryOptions): Promise<void>
  /** Resolves when no query with this id runs any more. */
  killQuery(queryId: string): Promise<void>
  /** Also checks the credentials; works before the database exists. */
  ping(): Promise<void>
  createDatabase(): Promise<void>
  close(): Promise<void>
}

const identifier = /^[A-Za-z_]\w*$/

export function createClickHouse(options: ClickHouseOptions): ClickHouse {
  const { url, user, password, database = 'spanledger', timeoutMs = 60_000, maxConnections = 16 } = options
  if (!identifier.test(database)) throw new TypeError(`not a database name: ${database}`)
  const connect = (database: string) =>
    createClient({
      url,
      username: user,
      password,
      database,
      application: 'spanledger',
      // Our own timer decides, so that a timeout is told apart by more than its text.
      request_timeout: 2_147_483_647,
      max_open_connections: maxConnections,
      keep_alive: { enabled: true, idle_socket_ttl: 2500, eagerly_destroy_stale_sockets: true },
      compression: isLoopback(url) ? {} : { request: true, response: true },
      clickhouse_settings: {
        async_insert: 0,
        output_format_json_quote_decimals: 1,
        output_format_json_quote_64bit_integers: 1,
        send_progress_in_http_headers: 0,
        // The server finishes before it answers: a failure half way is an error, never a shorter answer.
        wait_end_of_query: 1,
      },
      use_multipart_params_auto: true,
      log: { level: 127 },
    })
  const client = connect(database)
  // For what must work before the database exists.
  const systemClient = connect('system')

  /** Runs one call under a time limit; every way to fail comes out translated. */
  async function call<T>(doing: string, limitMs: number, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const signal = AbortSignal.timeout(limitMs)
    try {
      return await run(signal)
    } catch (error) {
      throw signal.aborted ? timeoutError(doing, limitMs) : translateError(error, doing)
    }
  }

  function requestOf(params: QueryParams | undefined, { queryId, settings }: QueryOptions, abort_signal: AbortSignal) {
    return {
      abort_signal,
      ...(params && { query_params: { ...params } }),
      ...(queryId !== undefined && { query_id: queryId }),
      ...(settings && { clickhouse_settings: settings }),
    }
  }

  return {
    database,
    query<T>(sql: string, params?: QueryParams, options: QueryOptions = {}) {
      return call('query', options.timeoutMs ?? timeoutMs, async (signal) => {
        const result = await client.query({
          ...requestOf(params, options, signal),
          query: sql,
          format: 'JSONEachRow',
        })
        return (await result.json<T>()) as T[]
      })
    },
    readBytes(sql, params, onBytes, options = {}) {
      return call('read', options.timeoutMs ?? timeoutMs, async (signal) => {
        const { stream } = await client.exec({ ...requestOf(params, options, signal), query: sql })
        for await (const bytes of stream) onBytes(bytes as Uint8Array)
      })
    },
    command(sql, params, options = {}) {
      return call('run a statement', options.timeoutMs ?? timeoutMs, async (signal) => {
        await client.command({ ...requestOf(params, options, signal), query: sql })
      })
    },
    insertNative(table, block, options = {}) {
      const { body } = block
      return call(`insert into ${table}`, options.timeoutMs ?? timeoutMs, async (signal) => {
        const sending = client.exec({
          ...requestOf(options.params, options, signal),
          query: insertStatement(table, block, options.refuseIf),
          values: Readable.from(body instanceof Uint8Array ? [body] : body, { objectMode: false }),
        })
        const { stream } = await sending.catch((error: unknown) => {
          throw (options.refuseIf !== undefined && refusedError(error, `insert into ${table}`)) || error
        })
        // An insert answers with an empty body; the socket is free again when it has been read.
        await finished(stream.resume())
        block.release?.()
      })
    },
    insertRows(table, rows, options = {}) {
      return call(`insert into ${table}`, options.timeoutMs ?? timeoutMs, async (signal) => {
        await client.insert({ ...requestOf(undefined, options, signal), table, values: rows, format: 'JSONEachRow' })
      })
    },
    killQuery(queryId) {
      return call('kill a query', timeoutMs, async (signal) => {
        const query = 'KILL QUERY WHERE query_id = {queryId:String} SYNC'
        await systemClient.command({ query, query_params: { queryId }, abort_signal: signal })
      })
    },
    ping() {
      return call('reach ClickHouse', Math.min(timeoutMs, 5000), async (signal) => {
        const result = await systemClient.ping({ select: true, abort_signal: signal })
        if (!result.success) throw result.error
      })
    },
    createDatabase() {
      return call(`create the database ${database}`, timeoutMs, async (signal) => {
        await systemClient.command({ query: `CREATE DATABASE IF NOT EXISTS ${database}`, abort_signal: signal })
      })
    },
    async close() {
      await Promise.all([client.close(), systemClient.close()])
    },
  }
}

function insertStatement(table: string, { columns, types }: NativeBlock, refuseIf: string | undefined): string {
  const target = `INSERT INTO ${table} (${columns.map((column) => `\`${column}\``).join(',')})`
  if (refuseIf === undefined) return `${target} FORMAT Native`
  const structure = columns.map((column, index) => `\`${column}\` ${types[index]}`).join(',')
  const escaped = structure.replaceAll("'", "\\'")
  return `${target} SELECT * FROM input('${escaped}') WHERE throwIf(${refuseIf}, 'refused') = 0 FORMAT Native`
}

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url)
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
}
