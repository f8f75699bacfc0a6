import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { dockerAnswers } from './docker-engine.ts'

let directory: string
const closing: (() => void)[] = []
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'spanledger-engine-'))
})
afterEach(async () => {
  for (const close of closing.splice(0)) close()
  await rm(directory, { recursive: true, force: true })
})

test('an engine that answers is found, at its socket and at its port', async () => {
  const asked: (string | undefined)[] = []
  const engine: RequestListener = ({ method, url }, response) => {
    asked.push(`${method} ${url}`)
    response.end('OK')
  }
  const socket = join(directory, 'docker.sock')
  await listening(createHttpServer(engine), socket)
  const port = await listening(createHttpServer(engine), 0)
  expect(await dockerAnswers({ DOCKER_HOST: `unix://${socket}` })).toBe(true)
  expect(await dockerAnswers({ DOCKER_HOST: `tcp://127.0.0.1:${port}` })).toBe(true)
  expect(asked).toEqual(['GET /_ping', 'GET /_ping'])
})

test('a rootless engine is found where its user has it', async () => {
  await listening(
    createHttpServer((_, response) => response.end('OK')),
    join(directory, 'docker.sock'),
  )
  expect(await dockerAnswers({ XDG_RUNTIME_DIR: directory })).toBe(true)
})

test('an engine that wants TLS is one: it says that it heard no TLS', async () => {
  const engine: RequestListener = (_, response) => {
    response.writeHead(400).end('Client sent an HTTP request to an HTTPS server.')
  }
  const port = await listening(createHttpServer(engine), 0)
  expect(await dockerAnswers({ DOCKER_HOST: `tcp://127.0.0.1:${port}` })).toBe(true)
})

test('where nothing listens there is none, and that is known at once', async () => {
  const startedMs = performance.now()
  expect(await dockerAnswers({ DOCKER_HOST: `unix://${join(directory, 'docker.sock')}` })).toBe(false)
  expect(await dockerAnswers({ DOCKER_HOST: 'tcp://127.0.0.1:1' })).toBe(false)
  expect(performance.now() - startedMs).toBeLessThan(1_000)
})

test('an engine that is broken, or hears and never answers, is none', async () => {
  const broken = await listening(
    createHttpServer((_, response) => void response.writeHead(503).end()),
    0,
  )
  const sockets: Socket[] = []
  const deaf = await listening(
    createServer((socket) => void sockets.push(socket)),
    0,
  )
  expect(await dockerAnswers({ DOCKER_HOST: `tcp://127.0.0.1:${broken}` })).toBe(false)
  expect(await dockerAnswers({ DOCKER_HOST: `tcp://127.0.0.1:${deaf}` })).toBe(false)
  for (const socket of sockets) socket.destroy()
})

/** @returns the port, of those that have one */
async function listening(server: Server, where: string | number): Promise<number> {
  if (typeof where === 'string') server.listen(where)
  else server.listen(where, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => server.close())
  return (server.address() as AddressInfo).port
}
