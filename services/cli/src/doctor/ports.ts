import type { Environment } from '@spanledger/runtime/config/environment'
import { canListen } from '../compose/free-port.ts'
import type { RunFile } from '../compose/run-file.ts'
import { type Check, failed, ok } from './check.ts'

/** Each port: ours and answering when spanledger runs, free when it does not. */
export async function checkPorts(config: Environment, run: RunFile | undefined): Promise<Check[]> {
  if (run !== undefined) {
    return Promise.all([checkReady('door', run.doorUrl, run.pid), checkReady('console', run.consoleUrl, run.pid)])
  }
  const host = config.SPANLEDGER_HOST
  const ports: [string, string, number][] = [
    ['door', 'SPANLEDGER_OTLP_HTTP_PORT', config.SPANLEDGER_OTLP_HTTP_PORT],
    ['gRPC', 'SPANLEDGER_OTLP_GRPC_PORT', config.SPANLEDGER_OTLP_GRPC_PORT],
    ['console', 'SPANLEDGER_CONSOLE_PORT', config.SPANLEDGER_CONSOLE_PORT],
  ]
  if (config.CLICKHOUSE_URL === undefined) {
    ports.push(['ClickHouse', 'SPANLEDGER_CLICKHOUSE_HTTP_PORT', config.SPANLEDGER_CLICKHOUSE_HTTP_PORT])
  }
  return Promise.all(
    ports.map(async ([name, variable, port]) =>
      port === 0 || (await canListen(host, port))
        ? ok(`port of ${name}`, `${host}:${port} is free, spanledger is not running`)
        : failed(
            `port of ${name}`,
            `${host}:${port} is taken, and not by the spanledger of this directory`,
            `stop what listens there (such as: ss -ltnp 'sport = :${port}'), or set ${variable} to a free port`,
          ),
    ),
  )
}

async function checkReady(name: string, url: string, pid: number): Promise<Check> {
  const fix = `look at what spanledger (process ${pid}) printed, or start it again`
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) })
    if (response.ok) return ok(name, `${url} is ready (process ${pid})`)
    return failed(name, `${url}/readyz answered ${response.status}: ${(await response.text()).slice(0, 300)}`, fix)
  } catch (error) {
    return failed(name, `${url} does not answer: ${(error as Error).message}`, fix)
  }
}
