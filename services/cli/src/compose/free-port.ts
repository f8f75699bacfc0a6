import { createServer } from 'node:net'

/** Whether this process could listen there now. */
export function canListen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)))
  })
}

/** The port if it is free, else the next free one above it that is not in `taken`. Rejects past 65535. */
export async function nextFreePort(host: string, port: number, taken: ReadonlySet<number>): Promise<number> {
  for (let candidate = port; candidate <= 65_535; candidate++) {
    if (!taken.has(candidate) && (await canListen(host, candidate))) return candidate
  }
  throw new RangeError(`no free port from ${port} up on ${host}`)
}

/** Any port that is free now, for those who asked for port 0. */
export function anyFreePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, host, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
