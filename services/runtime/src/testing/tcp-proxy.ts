import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/**
 * What a wire does:
 *
 * - `open`: everything passes;
 * - `deaf`: requests pass, answers are lost;
 * - `held`: nothing passes; what was said meanwhile arrives when the wire opens again, also when who said it has gone,
 *   as on a network that was away for a while;
 * - `detour`: what was held stays held, new connections pass;
 * - `refused`: new connections are reset at once.
 */
export type Way = 'open' | 'deaf' | 'held' | 'detour' | 'refused'

/** A wire between clients and one server, for tests of what happens when it fails. */
export interface TcpProxy {
  readonly url: string
  /** Bytes and ends of connections that wait to arrive. */
  readonly waiting: number
  set(way: Way): void
  /** Resets every connection there is, both ends at once. */
  cut(): void
  /** Resets the client's ends alone: what is held still arrives. */
  cutClients(): void
  close(): Promise<void>
}

interface Wire {
  readonly client: Socket
  readonly upstream: Socket
  readonly held: (() => void)[]
}

export async function createTcpProxy(target: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(target)
  const wires = new Set<Wire>()
  let way: Way = 'open'

  const server = createServer({ allowHalfOpen: true }, (client) => {
    client.on('error', () => undefined)
    if (way === 'refused') return void client.resetAndDestroy()
    const upstream = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
    const wire: Wire = { client, upstream, held: [] }
    wires.add(wire)
    const pass = (act: () => void) => {
      if (way === 'held' || wire.held.length > 0) wire.held.push(act)
      else act()
    }
    client.on('data', (bytes) => pass(() => upstream.write(bytes)))
    client.on('end', () => pass(() => upstream.end()))
    client.on('close', () => pass(() => upstream.end()))
    upstream.on('data', (bytes) => void (way !== 'deaf' && way !== 'held' && client.writable && client.write(bytes)))
    upstream.on('end', () => void (way !== 'deaf' && way !== 'held' && client.end()))
    upstream.on('error', () => client.destroy())
    upstream.on('close', () => {
      wires.delete(wire)
      if (way !== 'held') client.destroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get waiting() {
      return [...wires].reduce((sum, { held }) => sum + held.length, 0)
    },
    set(next) {
      way = next
      if (next === 'open') for (const { held } of wires) for (const act of held.splice(0)) act()
    },
    cut() {
      for (const { client, upstream } of wires) {
        client.resetAndDestroy()
        upstream.resetAndDestroy()
      }
    },
    cutClients() {
      for (const { client } of wires) client.resetAndDestroy()
    },
    async close() {
      for (const { client, upstream } of wires) {
        client.destroy()
        upstream.destroy()
      }
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
