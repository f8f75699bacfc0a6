import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fingerprint, list } from './fingerprint.mjs'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'spanledger-setup-'))
  write('services/a/package.json', '{}')
  write('services/a/src/main.ts', 'a')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const write = (path: string, text: string) => {
  mkdirSync(join(root, path, '..'), { recursive: true })
  writeFileSync(join(root, path), text)
}
const now = (facts: string[] = ['v22']) =>
  fingerprint(
    root,
    list(root, 'services', () => true),
    facts,
  )

test('what is installed or built is not an input', () => {
  const before = now()
  write('services/a/node_modules/b/index.js', 'x')
  write('services/a/dist/main.js', 'x')
  expect(now()).toBe(before)
})

test('a changed, an added, a renamed file and another Node are', () => {
  const seen = new Set([now(), now(['v24'])])
  write('services/a/src/main.ts', 'b')
  seen.add(now())
  write('services/a/src/b.ts', '')
  seen.add(now())
  rmSync(join(root, 'services/a/src/b.ts'))
  write('services/a/src/c.ts', '')
  seen.add(now())
  expect(seen.size).toBe(5)
})

test('neither the order of the files nor one that is not there matters', () => {
  const paths = ['services/a/src/main.ts', 'services/a/package.json']
  expect(fingerprint(root, [...paths, 'absent'], [])).toBe(fingerprint(root, paths.toReversed(), []))
})
