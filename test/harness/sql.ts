/** Rows of a query as objects of strings, exactly as ClickHouse prints them: no client of ours in between. */
export type Sql = <T extends Record<string, unknown>>(query: string) => Promise<T[]>

export interface SqlTarget {
  readonly url: string
  readonly password: string
}

export function createSql({ url, password }: SqlTarget): Sql {
  const settings = new URLSearchParams({
    database: 'spanledger',
    default_format: 'JSONEachRow',
    output_format_json_quote_decimals: '1',
    output_format_json_quote_64bit_integers: '1',
  })
  return async function sql<T>(query: string): Promise<T[]> {
    const response = await fetch(`${url}/?${settings}`, {
      method: 'POST',
      // A socket kept for the next query is closed by the server while this process stands still.
      headers: { connection: 'close', 'x-clickhouse-user': 'default', 'x-clickhouse-key': password },
      body: query,
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`ClickHouse answered ${response.status} to ${query}: ${text}`)
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as T)
  }
}
