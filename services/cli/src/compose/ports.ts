import type { Environment } from '@spanledger/runtime/config/environment'
import { anyFreePort, nextFreePort } from './free-port.ts'

/** Where each part of the embedded mode listens. */
export interface Ports {
  readonly door: number
  readonly grpc: number
  readonly console: number
  readonly clickhouse: number
}

/**
 * The configured ports; 0 becomes a free one. With `move`, a taken one becomes the next free one above it (a port that
 * is taken otherwise is the service's own clear error when it starts).
 */
export async function choosePorts(config: Environment, options: { readonly move: boolean }): Promise<Ports> {
  const host = config.SPANLEDGER_HOST
  const taken = new Set<number>()
  async function choose(port: number): Promise<number> {
    const chosen = port === 0 ? await anyFreePort(host) : options.move ? await nextFreePort(host, port, taken) : port
    taken.add(chosen)
    return chosen
  }
  return {
    door: await choose(config.SPANLEDGER_OTLP_HTTP_PORT),
    grpc: await choose(config.SPANLEDGER_OTLP_GRPC_PORT),
    console: await choose(config.SPANLEDGER_CONSOLE_PORT),
    clickhouse: await choose(config.SPANLEDGER_CLICKHOUSE_HTTP_PORT),
  }
}

/** Which of the configured ports were taken, in a line; undefined when none was. */
export function movedPortsNotice(config: Environment, ports: Ports): string | undefined {
  const moved = [
    [config.SPANLEDGER_OTLP_HTTP_PORT, ports.door],
    [config.SPANLEDGER_OTLP_GRPC_PORT, ports.grpc],
    [config.SPANLEDGER_CONSOLE_PORT, ports.console],
    [config.SPANLEDGER_CLICKHOUSE_HTTP_PORT, ports.clickhouse],
  ].filter(([wanted, chosen]) => wanted !== 0 && wanted !== chosen)
  if (moved.length === 0) return undefined
  return `ports that are taken already, and what is used instead: ${moved.map((pair) => pair.join(' -> ')).join(', ')}`
}
