import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { createConnection, createServer, type Socket } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import pino from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { describeServiceContract } from '../../testing/service-contract.ts'
import { createClickHouse } from '../client.ts'
import { createEmbeddedClickHouse, type EmbeddedClickHouse } from './embedded-clickhouse.ts'

const logger = pino({ level: 'silent' })
let dataDir: string
const started: EmbeddedClickHouse[] = []

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'spanledger-clickhouse-'))
})
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()))
  await rm(dataDir, { recursive: true, force: true })
})

function create(options: Partial<Parameters<typeof createEmbeddedClickHouse>[0]> = {}): EmbeddedClickHouse {
  const server = createEmbeddedClickHouse({ dataDir, httpPort: 0, logger, ...options })
  started.push(server)
  return server
}

function connect(server: { url: string; password: string }) {
  return createClickHouse({ url: server.url, user: 'default', password: server.password, database: 'default' })
}

const gone = (pid: number) =>
  vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), { timeout: 5000, interval: 20 })

test('starts, stops within seconds, and starts again with what it stored', async () => {
  const server = create()
  await server.start()
  const { pid } = server
  expect(server.health()).toEqual({ ready: true, restarts: 0 })
  const clickhouse = connect(server)
  await clickhouse.command('CREATE TABLE t (x UInt64) ENGINE = MergeTree ORDER BY x')
  await clickhouse.command('INSERT INTO t SELECT number FROM numbers(1000)')
  const before = performance.now()
  await server.stop()
  expect(performance.now() - before).toBeLessThan(4000)
  expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  await server.stop()

  await server.start()
  expect(await clickhouse.query('SELECT count() AS n FROM t')).toEqual([{ n: '1000' }])
  await clickhouse.close()
})

test('is started again after kill -9, with every acknowledged row, and says so', async () => {
  const server = create()
  await server.start()
  const clickhouse = connect(server)
  await clickhouse.command('CREATE TABLE t (x UInt64) ENGINE = MergeTree ORDER BY x')
  await clickhouse.command('INSERT INTO t SELECT number FROM numbers(1000)')
  const { pid } = server
  process.kill(pid, 'SIGKILL')
  await vi.waitFor(() => expect(server.health()).toEqual({ ready: true, restarts: 1 }), {
    timeout: 20_000,
    interval: 50,
  })
  expect(server.pid).not.toBe(pid)
  expect(await clickhouse.query('SELECT count() AS n FROM t')).toEqual([{ n: '1000' }])
  await clickhouse.close()
})

test('serves nobody without a password', async () => {
  const server = create()
  await server.start()
  const ask = (headers: Record<string, string>, search = '') =>
    fetch(`${server.url}/?query=SELECT+currentUser()${search}`, { headers })
  const basic = (user: string, password: string) => ({ Authorization: `Basic ${btoa(`${user}:${password}`)}` })
  const plain = (user: string, password: string) => ({ 'X-ClickHouse-User': user, 'X-ClickHouse-Key': password })
  const { password, grafanaPassword } = server

  const refused: [Record<string, string>, string?][] = [
    [{}],
    [{}, '&user=default'],
    [{}, '&user=default&password='],
    [basic('default', '')],
    [basic('default', 'guess')],
    [basic('default', grafanaPassword)],
    [plain('default', '')],
    [plain('default', 'guess')],
    [{ 'X-ClickHouse-User': 'default' }],
    [basic('grafana', '')],
    [plain('grafana', password)],
    [plain('grafana', grafanaPassword), '&user=default'],
    [plain('grafana', grafanaPassword), '&%75ser=default'],
    [basic('grafana', grafanaPassword), '&user=default'],
    [{ ...plain('grafana', grafanaPassword), ...basic('default', '') }],
    [{ ...plain('default', ''), ...basic('grafana', grafanaPassword) }],
  ]
  for (const [headers, search] of refused) {
    const response = await ask(headers, search)
    expect([headers, search, response.ok, await response.text()]).toEqual([headers, search, false, expect.any(String)])
  }
  for (const headers of [basic('default', password), plain('default', password)]) {
    expect(await (await ask(headers)).text()).toBe('default\n')
  }
  expect(await (await ask(plain('grafana', grafanaPassword))).text()).toBe('grafana\n')
  for (const name of ['password', 'grafana-password', 'config.xml', 'users.xml']) {
    expect((await stat(path.join(dataDir, 'clickhouse', name))).mode & 0o077).toBe(0)
  }
})

test('serves the native protocol where it is asked to, with the same passwords', async () => {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port: tcpPort } = probe.address() as { port: number }
  await new Promise((resolve) => probe.close(resolve))
  const server = create({ tcpPort })
  await server.start()
  const clickhouse = connect(server)
  const ask = (user: string, password: string) =>
    clickhouse.query(
      `SELECT currentUser() AS user FROM remote({address:String}, system.one, {user:String}, {password:String})
       SETTINGS prefer_localhost_replica = 0`,
      { address: `127.0.0.1:${tcpPort}`, user, password },
    )
  const { password, grafanaPassword } = server
  expect(await ask('default', password)).toHaveLength(1)
  expect(await ask('grafana', grafanaPassword)).toHaveLength(1)
  for (const [user, wrong] of [
    ['default', ''],
    ['default', 'guess'],
    ['default', grafanaPassword],
    ['grafana', ''],
  ]) {
    await expect(ask(user as string, wrong as string)).rejects.toThrow(/REQUIRED_PASSWORD|AUTHENTICATION_FAILED/)
  }
  await clickhouse.close()
})

test('lets grafana read and nothing else', async () => {
  const server = create({ password: `p&<>"'${'x'.repeat(20)}` })
  await server.start()
  const admin = connect(server)
  await admin.command('CREATE DATABASE spanledger')
  await admin.command('CREATE TABLE spanledger.t (x UInt8) ENGINE = MergeTree ORDER BY x')
  const headers = { 'X-ClickHouse-User': 'grafana', 'X-ClickHouse-Key': server.grafanaPassword }
  const ask = async (body: string) => (await fetch(server.url, { method: 'POST', headers, body })).text()
  expect(await ask('SELECT count() FROM spanledger.t')).toBe('0\n')
  expect(await ask('INSERT INTO spanledger.t VALUES (1)')).toMatch(/^Code: (164|497)/)
  expect(await ask('SYSTEM STOP LISTEN HTTP')).toMatch(/^Code: (164|497)/)
  expect(await ask(`SELECT * FROM file('/etc/passwd', LineAsString)`)).toMatch(/^Code: (164|497)/)
  expect(await ask(`SELECT * FROM url('http://127.0.0.1:1', LineAsString)`)).toMatch(/^Code: (164|497)/)
  await admin.close()
})

test('survives clients that send nonsense, or go away in the middle of a request', async () => {
  const server = create()
  await server.start()
  const { pid } = server
  const port = Number(new URL(server.url).port)
  const requests = ['GET / HTTP/1.1\r\n', `GET /${'x'.repeat(300_000)} HTTP/1.1\r\n\r\n`, '\0\x01nonsense\r\n\r\n']
  const ends = [
    (socket: Socket) => socket.end(),
    (socket: Socket) => socket.destroy(),
    (socket: Socket) => socket.resetAndDestroy(),
  ]
  for (const request of requests) {
    for (const end of ends) {
      const closed = Array.from({ length: 10 }, async () => {
        const socket = createConnection(port, '127.0.0.1')
          .on('error', () => undefined)
          .resume()
        socket.write(request, () => end(socket))
        await once(socket, 'close')
      })
      await Promise.all(closed)
    }
  }
  const clickhouse = connect(server)
  await clickhouse.ping()
  await clickhouse.close()
  expect([server.pid, server.health()]).toEqual([pid, { ready: true, restarts: 0 }])
})

test('refuses a password that could not be asked for', async () => {
  for (const password of ['', 'short', 'has a space', 'regex:.*....', 'ümlaut-password']) {
    await expect(create({ password }).start()).rejects.toMatchObject({ code: 'PASSWORD_INVALID' })
  }
})

test('says that the port is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as { port: number }
  const server = create({ httpPort: port })
  await expect(server.start()).rejects.toMatchObject({
    code: 'PORT_BUSY',
    message: expect.stringContaining(String(port)),
  })
  await server.stop()
  other.close()
})

test('says that the directory is in use, and leaves its owner alone', async () => {
  const first = create()
  await first.start()
  const second = create()
  await expect(second.start()).rejects.toMatchObject({ code: 'DATA_DIR_IN_USE' })
  const clickhouse = connect(first)
  await clickhouse.ping()
  await clickhouse.close()
})

test.skipIf(process.getuid?.() === 0)('says that the directory cannot be used (root can use any)', async () => {
  await chmod(dataDir, 0o500)
  await expect(create().start()).rejects.toMatchObject({ code: 'DATA_DIR_UNUSABLE' })
  await chmod(dataDir, 0o700)
})

test('a data directory that is a file is one clear error', async () => {
  const file = fileURLToPath(import.meta.url)
  await expect(create({ dataDir: file }).start()).rejects.toMatchObject({
    code: 'DATA_DIR_UNUSABLE',
    message: expect.stringContaining(file),
  })
})

for (const watch of ['signal', 'pipe'] as const) {
  test.skipIf(watch === 'signal' && process.platform !== 'linux')(
    `the server dies with a parent that is killed, and its rows survive (${watch})`,
    async () => {
      const parent = spawn(
        process.execPath,
        [
          '--conditions=source',
          '--import',
          'tsx',
          fileURLToPath(new URL('./testing/parent.ts', import.meta.url)),
          dataDir,
          watch,
        ],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      )
      const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string]
      const { pid } = JSON.parse(line) as { pid: number }
      process.kill(pid, 0)
      parent.kill('SIGKILL')
      await gone(pid)

      const server = create()
      await server.start()
      const clickhouse = connect(server)
      expect(await clickhouse.query('SELECT count() AS n FROM t')).toEqual([{ n: '1000' }])
      await clickhouse.close()
    },
  )
}

test('ends an orphan of its own directory, and takes its place', async () => {
  const parent = spawn(
    process.execPath,
    [
      '--conditions=source',
      '--import',
      'tsx',
      fileURLToPath(new URL('./testing/parent.ts', import.meta.url)),
      dataDir,
      'none',
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string]
  const { pid } = JSON.parse(line) as { pid: number }
  parent.kill('SIGKILL')
  await once(parent, 'exit')
  process.kill(pid, 0)

  const server = create()
  await server.start()
  await gone(pid)
  const clickhouse = connect(server)
  expect(await clickhouse.query('SELECT count() AS n FROM t')).toEqual([{ n: '1000' }])
  await clickhouse.close()
  expect(JSON.parse(await readFile(path.join(dataDir, 'clickhouse', 'server.json'), 'utf8'))).toEqual({
    pid: server.pid,
    parentPid: process.pid,
  })
})

describeServiceContract('the embedded ClickHouse', {
  create: () => create(),
  createBroken: () => create({ dataDir: fileURLToPath(import.meta.url) }),
})
