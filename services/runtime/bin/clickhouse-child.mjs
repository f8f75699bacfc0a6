// The embedded ClickHouse server's process: loads the engine and lives inside it until it is told to stop or its parent
// dies. Plain JavaScript beside src, so that the same file serves the sources and the built package.
//
// Arguments: <engine library> <parent's process id> <watch: signal|pipe|none> <file with the password to ask for by an
// authenticator, or ''> <arguments of clickhouse-local ...>. File descriptor 3 is a pipe from the parent: a byte asks to
// stop, its end means that the parent is gone.
//
// The engine runs as an interactive clickhouse-local whose terminal is a pair of our own: otherwise it ends itself on the
// first exception in a connection, such as a client that goes away in the middle of a request. It waits at its prompt
// while it serves; `exit` is a clean stop.
import { once } from 'node:events'
import { readFileSync, writeSync } from 'node:fs'
import { createServer } from 'node:http'
import { Socket } from 'node:net'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'

const SIGKILL = 9
const PR_SET_PDEATHSIG = 1

if (isMainThread) await main()
else attend(workerData)

async function main() {
  const [library, parent, watch, passwordFile, ...args] = process.argv.slice(2)
  const { DataType, load, open } = await import('ffi-rs')
  const { BigInt, I32, I64, StringArray, U64, U8Array } = DataType
  const call = (library, funcName, retType, types, values) =>
    load({ library, funcName, retType, paramsType: types, paramsValue: values })

  open({ library: 'libc', path: process.platform === 'darwin' ? 'libSystem.B.dylib' : 'libc.so.6' })
  if (watch === 'signal') {
    const failed = call('libc', 'prctl', I32, [I32, U64, U64, U64, U64], [PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0])
    if (failed) fail(`cannot tie this process to its parent: prctl answered ${failed}`)
  }
  // A parent that died before the line above will never be noticed by it.
  if (process.ppid !== Number(parent)) fail('the parent process is gone')

  const ours = Buffer.alloc(4)
  const engines = Buffer.alloc(4)
  const noTerminal = call(
    'libc',
    'openpty',
    I32,
    [U8Array, U8Array, BigInt, BigInt, BigInt],
    [ours, engines, 0n, 0n, 0n],
  )
  if (noTerminal) fail('cannot open a pseudo-terminal for the engine')
  call('libc', 'dup2', I32, [I32, I32], [engines.readInt32LE(), 0])

  // The engine never gives this thread back, so another one attends to the parent.
  const attendant = new Worker(new URL(import.meta.url), {
    workerData: { terminal: ours.readInt32LE(), watch, passwordFile },
  })
  const [port] = await once(attendant, 'message')
  if (port !== 0) process.env.SPANLEDGER_AUTHENTICATOR = `http://127.0.0.1:${port}/`

  open({ library: 'engine', path: library })
  const argv = ['clickhouse-local', ...args]
  call('engine', 'chdb_query_cmdline', I64, [I32, StringArray], [argv.length, argv])
  // Why it ended is on standard error, written by the engine.
  process.exit(0)
}

function attend({ terminal, watch, passwordFile }) {
  const control = new Socket({ fd: 3, readable: true, writable: false })
  // Again and again: what is typed before the prompt is there is lost.
  control.once('data', () => setInterval(() => writeSync(terminal, 'exit\n'), 50))
  control.on('error', () => undefined)
  control.once('close', () => {
    if (watch !== 'none') process.kill(process.pid, 'SIGKILL')
  })
  const ready = (port) => parentPort.postMessage(port, [])
  if (passwordFile === '') ready(0)
  else authenticate(passwordFile, ready)
}

// Tells the engine whether a password of `default` is right. The empty one is, once: the engine's own session, which logs
// in before anybody can connect.
function authenticate(passwordFile, ready) {
  const basic = (password) => `Basic ${Buffer.from(`default:${password}`).toString('base64')}`
  const right = basic(readFileSync(passwordFile, 'utf8').trim())
  let started = false
  const server = createServer((request, response) => {
    const given = request.headers.authorization
    const isOwn = !started && given === basic('')
    if (isOwn) started = true
    response.writeHead(isOwn || given === right ? 200 : 403).end()
  })
  server.listen(0, '127.0.0.1', () => ready(server.address().port))
}

function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}
