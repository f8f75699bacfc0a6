import { createServer, type Server } from 'node:net'
import { loadConfig } from '@spanledger/runtime/config/environment'
import { afterEach, expect, test } from 'vitest'
import { anyFreePort, canListen } from './free-port.ts'
import { choosePorts, movedPortsNotice } from './ports.ts'

const held: Server[] = []
afterEach(() => {
  for (const server of held.splice(0)) server.close()
})

async function takenPort(): Promise<number> {
  const port = await anyFreePort('127.0.0.1')
  const server = createServer()
  held.push(server)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return port
}

function config(door: number, web: number) {
  return loadConfig({
    SPANLEDGER_OTLP_HTTP_PORT: String(door),
    SPANLEDGER_OTLP_GRPC_PORT: '0',
    SPANLEDGER_CONSOLE_PORT: String(web),
    SPANLEDGER_CLICKHOUSE_HTTP_PORT: '0',
  })
}

test('a taken port moves to the next free one when it may, and stays when it may not', async () => {
  const taken = await takenPort()
  const moved = await choosePorts(config(taken, 0), { move: true })
  expect(moved.door).toBeGreaterThan(taken)
  expect(await canListen('127.0.0.1', moved.door)).toBe(true)
  expect((await choosePorts(config(taken, 0), { move: false })).door).toBe(taken)
  expect(movedPortsNotice(config(taken, 0), moved)).toContain(`instead: ${taken} -> ${moved.door}`)
  expect(movedPortsNotice(config(moved.door, 0), moved)).toBeUndefined()
})

test('ports that move do not meet', async () => {
  const taken = await takenPort()
  const { door, console } = await choosePorts(config(taken, taken + 1), { move: true })
  expect(console).toBeGreaterThan(door)
})

test('the port of gRPC moves like the others', async () => {
  const taken = await takenPort()
  const { grpc } = await choosePorts({ ...config(0, 0), SPANLEDGER_OTLP_GRPC_PORT: taken }, { move: true })
  expect(grpc).toBeGreaterThan(taken)
})

test('port 0 becomes a real one, so that it can be told to others', async () => {
  const { console, clickhouse } = await choosePorts(config(4318, 0), { move: false })
  expect(console).toBeGreaterThan(0)
  expect(clickhouse).toBeGreaterThan(0)
})
