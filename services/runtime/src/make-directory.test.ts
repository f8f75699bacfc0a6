import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { makeDirectory } from './make-directory.ts'

const root = mkdtempSync(join(tmpdir(), 'spanledger-mkdir-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

test('a directory is made with its parents, and again', () => {
  const path = join(root, 'a', 'b', 'c')
  makeDirectory(path)
  makeDirectory(path)
  expect(statSync(path).isDirectory()).toBe(true)
})

test('where a file stands in the way the error says so', () => {
  const file = join(root, 'file')
  writeFileSync(file, '')
  expect(() => makeDirectory(join(file, 'below'))).toThrow(/ENOTDIR/)
})

test.skipIf(!existsSync('/proc/self'))('where nothing can be made it fails, instead of trying for ever', () => {
  expect(() => makeDirectory('/proc/spanledger/data')).toThrow(/ENOENT/)
})
