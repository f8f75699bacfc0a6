import { createHash } from 'node:crypto'

export interface ServerConfigOptions {
  /** Of the `default` user, who may do everything. */
  readonly password: string
  /** Of the `grafana` user, who may only read. */
  readonly grafanaPassword: string
  readonly logFile: string
  /** The native protocol is served, too. */
  readonly tcp: boolean
  /** Bytes the engine may take; half of the machine's memory when absent. */
  readonly maxMemoryBytes?: number
}

/**
 * The engine's configuration, sized for a laptop.
 *
 * The engine's own session logs in as `default` with an empty password from 127.0.0.1, and its users are fixed at
 * start, so `default` cannot have a password there. The HTTP interface asks for it instead: a query is served only with
 * the exact credentials in its headers. `grafana` must use the X-ClickHouse ones: the engine refuses to mix those with
 * `?user=`, but lets `?user=default` beat Basic ones. The native protocol has no such gate, so when it is served the
 * engine asks an authenticator, in a thread of its process, about every password of `default`.
 */
export function serverConfigXml(options: ServerConfigOptions): string {
  const { password, grafanaPassword, logFile, tcp, maxMemoryBytes } = options
  const rules = [
    queryRule('Authorization', basicAuthorization('default', password)),
    queryRule('X-ClickHouse-User', 'default', 'X-ClickHouse-Key', password),
    queryRule('X-ClickHouse-User', 'grafana', 'X-ClickHouse-Key', grafanaPassword),
  ]
  return `<clickhouse>
  <users_config>users.xml</users_config>
  <timezone>UTC</timezone>
  <log-level>warning</log-level>
  <logger><log>${escapeXml(logFile)}</log><size>10M</size><count>2</count></logger>
  <http_handlers>
    <rule><url>/ping</url><methods>GET,HEAD</methods><handler><type>ping</type></handler></rule>
    ${rules.join('\n    ')}
    <rule>
      <handler>
        <type>static</type><status>403</status><content_type>text/plain; charset=UTF-8</content_type>
        <response_content>Code: 516. DB::Exception: the user or the password is wrong. (AUTHENTICATION_FAILED)</response_content>
      </handler>
    </rule>
  </http_handlers>
  ${tcp ? authenticator : ''}

  <max_server_memory_usage>${maxMemoryBytes ?? 0}</max_server_memory_usage>
  <max_server_memory_usage_to_ram_ratio>0.5</max_server_memory_usage_to_ram_ratio>
  <mark_cache_size>268435456</mark_cache_size>
  <index_mark_cache_size>67108864</index_mark_cache_size>
  <primary_index_cache_size>134217728</primary_index_cache_size>
  <uncompressed_cache_size>0</uncompressed_cache_size>
  <mmap_cache_size>64</mmap_cache_size>

  <keep_alive_timeout>3</keep_alive_timeout>
  <background_pool_size>4</background_pool_size>
  <background_schedule_pool_size>8</background_schedule_pool_size>
  <merge_tree>
    <number_of_free_entries_in_pool_to_execute_mutation>2</number_of_free_entries_in_pool_to_execute_mutation>
    <number_of_free_entries_in_pool_to_lower_max_size_of_merge>2</number_of_free_entries_in_pool_to_lower_max_size_of_merge>
    <number_of_free_entries_in_pool_to_execute_optimize_entire_partition>2</number_of_free_entries_in_pool_to_execute_optimize_entire_partition>
  </merge_tree>
</clickhouse>
`
}

const authenticator = `<http_authentication_servers>
    <spanledger>
      <uri from_env="SPANLEDGER_AUTHENTICATOR"/>
      <connection_timeout_ms>2000</connection_timeout_ms>
      <receive_timeout_ms>2000</receive_timeout_ms>
      <send_timeout_ms>2000</send_timeout_ms>
      <max_tries>2</max_tries>
    </spanledger>
  </http_authentication_servers>`

export function usersConfigXml({ grafanaPassword, tcp }: ServerConfigOptions): string {
  const loopback = '<networks><ip>127.0.0.1</ip></networks>'
  return `<clickhouse>
  <profiles>
    <default><async_insert>0</async_insert></default>
    <reader><readonly>2</readonly><max_execution_time>60</max_execution_time></reader>
  </profiles>
  <quotas><default></default></quotas>
  <users>
    <default>
      ${tcp ? '<http_authentication><server>spanledger</server><scheme>basic</scheme></http_authentication>' : '<no_password/>'}
      ${loopback}
      <profile>default</profile>
      <quota>default</quota>
    </default>
    <grafana>
      <password_sha256_hex>${createHash('sha256').update(grafanaPassword).digest('hex')}</password_sha256_hex>
      ${loopback}
      <profile>reader</profile>
      <quota>default</quota>
      <grants>
        <query>GRANT SELECT ON spanledger.*</query>
        <query>GRANT SELECT ON system.*</query>
      </grants>
    </grafana>
  </users>
</clickhouse>
`
}

/** Serves queries to requests whose headers have exactly these values. */
function queryRule(...namesAndValues: readonly string[]): string {
  let headers = ''
  for (let i = 0; i < namesAndValues.length; i += 2) {
    const name = namesAndValues[i] as string
    headers += `<${name}>${escapeXml(namesAndValues[i + 1] as string)}</${name}>`
  }
  const handler = '<handler><type>dynamic_query_handler</type><query_param_name>query</query_param_name></handler>'
  return `<rule><headers>${headers}</headers>${handler}</rule>`
}

function basicAuthorization(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

function escapeXml(text: string): string {
  return text.replace(/[<>&'"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
