import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'

/** One numbered file of `schemas/tables`. */
export interface Migration {
  readonly number: number
  readonly name: string
  /** SHA-256 of the text, in hex. */
  readonly hash: string
  readonly statements: readonly string[]
}

const numbered = /^(\d{4})_[a-z0-9_]+\.sql$/

/** The DDL this version brings, in order. */
export async function readMigrations(directory = tablesDirectory()): Promise<Migration[]> {
  const names = (await readdir(directory)).filter((name) => numbered.test(name)).toSorted()
  return Promise.all(
    names.map(async (name) => {
      const text = (await readFile(path.join(directory, name), 'utf8')).replaceAll('\r\n', '\n')
      const hash = createHash('sha256').update(text).digest('hex')
      return { number: Number(name.slice(0, 4)), name, hash, statements: splitStatements(text) }
    }),
  )
}

function tablesDirectory(): string {
  const manifest = createRequire(import.meta.url).resolve('@spanledger/schemas/package.json')
  return path.join(path.dirname(manifest), 'tables')
}

/** Statements end with a semicolon at the end of a line; comments are whole lines. */
export function splitStatements(text: string): string[] {
  return text
    .replace(/^\s*--.*$/gm, '')
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')
}
