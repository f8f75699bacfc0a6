// The embedded ClickHouse server's process: loads the engine and lives inside it until it is told to stop or its parent
// dies. Plain JavaScript beside src, so that the same file serves the sources and the built package.
// Arguments: <engine library> <parent's process id> <watch: signal|pipe|none> <arguments of clickhouse-local ...>
import { readSync } from 'node:fs'
import { isMainThread, Worker } from 'node:worker_threads'

const SIGKILL = 9
const PR_SET_PDEATHSIG = 1

if (isMainThread) await main()
else watchPipe()

async function main() {
  const [library, parent, watch, ...args] = process.argv.slice(2)
  const { DataType, load, open } = await import('ffi-rs')
  if (watch === 'signal') {
    open({ library: 'libc', path: 'libc.so.6' })
    const result = load({
      library: 'libc',
      funcName: 'prctl',
      retType: DataType.I32,
      paramsType: [DataType.I32, DataType.U64, DataType.U64, DataType.U64, DataType.U64],
      paramsValue: [PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0],
    })
    if (result !== 0) fail(`cannot tie this process to its parent: prctl answered ${result}`)
  } else if (watch === 'pipe') {
    // The engine never gives this thread back, so another one waits for the parent's end of the pipe to close.
    const watcher = new Worker(new URL(import.meta.url))
    watcher.unref()
  }
  // A parent that died before the lines above will never be noticed by them.
  if (process.ppid !== Number(parent)) fail('the parent process is gone')

  open({ library: 'engine', path: library })
  const argv = ['clickhouse-local', ...args]
  load({
    library: 'engine',
    funcName: 'chdb_query_cmdline',
    retType: DataType.I64,
    paramsType: [DataType.I32, DataType.StringArray],
    paramsValue: [argv.length, argv],
  })
  // Why it ended is on standard error, written by the engine.
  process.exit(0)
}

function watchPipe() {
  const buffer = Buffer.alloc(64)
  for (;;) {
    try {
      if (readSync(0, buffer) === 0) break
    } catch (error) {
      if (error.code !== 'EAGAIN') break
    }
  }
  process.kill(process.pid, 'SIGKILL')
}

function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}
