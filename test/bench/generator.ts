import { Agent, request } from 'node:http'
import { readBodies } from './bodies-file.ts'

/**
 * The load generator, a process of its own: posts the bodies of a file as fast as the door acknowledges them.
 * Arguments: file, URL, content type, connections. Prints one JSON line when all are acknowledged.
 */
const [path, url, contentType, connections] = process.argv.slice(2) as [string, string, string, string]
const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) })
const acknowledgedMs: number[] = []
let retries = 0

function post(body: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': contentType, 'content-length': body.length }
    const sending = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0))
    })
    sending.on('error', reject)
    sending.end(body)
  })
}

async function deliver(body: Buffer): Promise<void> {
  const startedMs = performance.now()
  for (;;) {
    const status = await post(body)
    if (status === 200) break
    if (status !== 503) throw new Error(`the door answered ${status}`)
    retries++
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  acknowledgedMs.push(performance.now() - startedMs)
}

const startedAt = Date.now()
const inFlight = new Set<Promise<void>>()
for await (const body of readBodies(path)) {
  const sending: Promise<void> = deliver(body).finally(() => inFlight.delete(sending))
  inFlight.add(sending)
  if (inFlight.size >= Number(connections)) await Promise.race(inFlight)
}
await Promise.all(inFlight)
agent.destroy()
const { user, system } = process.cpuUsage()
const cpuSeconds = (user + system) / 1e6
console.log(JSON.stringify({ startedAt, endedAt: Date.now(), retries, cpuSeconds, acknowledgedMs }))
