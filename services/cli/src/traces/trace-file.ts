import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { basename } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createGunzip } from 'node:zlib'
import { SpanledgerError } from '@spanledger/runtime/errors'
import { azureHeader, readAzureLine } from './azure-format.ts'
import { readMooncakeLine } from './mooncake-format.ts'
import type { ReadLine, TraceRow } from './trace-row.ts'

const bundled: Readonly<Record<string, string>> = {
  'azure-code': 'azure-code.csv.gz',
  'azure-conversation': 'azure-conversation.csv.gz',
  'mooncake-conversation': 'mooncake-conversation.jsonl.gz',
}

export const bundledTraces = Object.keys(bundled)

/** A trace that was read through once: how much there is, and a way to read it again, row by row. */
export interface Trace {
  /** What the ids of its requests are made from: the bundled name, or a hash of the file's bytes. */
  readonly id: string
  readonly name: string
  readonly rows: number
  readonly firstMs: number
  readonly lastMs: number
  read(): AsyncIterable<TraceRow>
}

/** Opens a bundled trace by name or a file (gzip or not) by path. Rejects when it cannot be read or has no rows. */
export async function openTrace(nameOrPath: string): Promise<Trace> {
  const file = bundled[nameOrPath]
  const path = file ? fileURLToPath(new URL(`../../traces/${file}`, import.meta.url)) : nameOrPath
  if (!existsSync(path)) {
    throw new SpanledgerError('TRACE_NOT_FOUND', `no trace called ${JSON.stringify(nameOrPath)}, and no such file`, {
      retryable: false,
      hint: `use ${bundledTraces.join(', ')}, or the path of a file in the Azure (CSV) or Mooncake (JSONL) format`,
    })
  }
  const hash = createHash('sha256')
  let rows = 0
  let firstMs = Infinity
  let lastMs = -Infinity
  for await (const row of readRows(path, (chunk) => hash.update(chunk))) {
    rows++
    firstMs = Math.min(firstMs, row.arrivedMs)
    lastMs = Math.max(lastMs, row.arrivedMs)
  }
  if (rows === 0) throw badTrace(`${path} has no requests in it`)
  return {
    id: file ? nameOrPath : `file-${hash.digest('hex').slice(0, 16)}`,
    name: file ? nameOrPath : basename(path),
    rows,
    firstMs,
    lastMs,
    read: () => readRows(path),
  }
}

async function* readRows(path: string, onBytes?: (chunk: Buffer) => void): AsyncGenerator<TraceRow> {
  let readLine: ReadLine | undefined
  let lineNumber = 0
  let rowNumber = 0
  try {
    for await (const line of lines(path, onBytes)) {
      lineNumber++
      if (line.trim() === '') continue
      if (!readLine) {
        readLine = formatOf(line, path)
        if (line.startsWith(azureHeader)) continue
      }
      const row = readLine(line, ++rowNumber)
      if (typeof row === 'string') throw badTrace(`${path}, line ${lineNumber}: ${row}`)
      yield row
    }
  } catch (error) {
    if (error instanceof SpanledgerError) throw error
    throw badTrace(`${path}, after line ${lineNumber}: ${(error as Error).message}`, error)
  }
}

function formatOf(firstLine: string, path: string): ReadLine {
  if (firstLine.startsWith(azureHeader)) return readAzureLine
  if (firstLine.startsWith('{')) return readMooncakeLine
  throw badTrace(`${path}, line 1: neither the Azure header "${azureHeader}" nor a JSON object`)
}

async function* lines(path: string, onBytes?: (chunk: Buffer) => void): AsyncGenerator<string> {
  const file = createReadStream(path)
  if (onBytes) file.on('data', (chunk) => onBytes(chunk as Buffer))
  const input = path.endsWith('.gz') ? file.pipe(createGunzip()) : file
  // An error of the file does not travel through the pipe, and readline alone would end quietly on either.
  let failure: Error | undefined
  const fail = (error: Error): void => {
    failure = error
    reader.close()
  }
  const reader = createInterface({ input, crlfDelay: Infinity })
  file.on('error', fail)
  input.on('error', fail)
  try {
    yield* reader
    if (failure) throw failure
  } finally {
    reader.close()
    file.destroy()
  }
}

function badTrace(message: string, cause?: unknown): SpanledgerError {
  return new SpanledgerError('TRACE_INVALID', message, {
    retryable: false,
    hint: 'check the file: CSV as in AzureLLMInferenceTrace_*.csv, or JSON lines as in Mooncake traces (either may be .gz)',
    cause,
  })
}
