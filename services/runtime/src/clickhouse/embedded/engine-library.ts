import { createRequire } from 'node:module'
import path from 'node:path'
import { SpanledgerError } from '../../errors.ts'

/** Packages of `chdb` that hold the engine, by platform and architecture. */
const packages: Readonly<Record<string, string>> = {
  'darwin-arm64': '@chdb/lib-darwin-arm64',
  'darwin-x64': '@chdb/lib-darwin-x64',
  'linux-arm64': '@chdb/lib-linux-arm64-gnu',
  'linux-x64': '@chdb/lib-linux-x64-gnu',
}

const useServer = 'or set CLICKHOUSE_URL to use a ClickHouse server instead of the embedded one'

/** The path of the engine's shared library, which npm installs with `chdb` (566 MB). */
export function findEngineLibrary(platform: string = process.platform, arch: string = process.arch): string {
  const name = packages[`${platform}-${arch}`]
  if (name === undefined) {
    throw new SpanledgerError(
      'CLICKHOUSE_PLATFORM_UNSUPPORTED',
      `there is no embedded ClickHouse for ${platform} on ${arch}`,
      { retryable: false, hint: `run spanledger on ${Object.keys(packages).join(', ')}, ${useServer}` },
    )
  }
  try {
    // The library is a dependency of chdb, not ours: a strict node_modules shows it to chdb alone.
    const fromHere = createRequire(import.meta.url)
    const fromChdb = createRequire(fromHere.resolve('chdb/package.json'))
    return path.join(path.dirname(fromChdb.resolve(`${name}/package.json`)), 'libchdb.so')
  } catch (cause) {
    throw new SpanledgerError(
      'CLICKHOUSE_LIBRARY_MISSING',
      `the embedded ClickHouse engine (${name}) is not installed`,
      {
        retryable: false,
        hint: `run npm start again, which installs it; optional dependencies must not be left out; ${useServer}`,
        cause,
      },
    )
  }
}
