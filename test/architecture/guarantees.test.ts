import { expect, test } from 'vitest'
import { projectFiles } from './sources.ts'

const page = projectFiles((path) => path === 'docs/guarantees.md')[0]?.text ?? ''
/** A proof is written `path/of/the.test.ts` “name of the test”, or “suite › test”. Contract suites are tests too. */
const proof = /`([\w./-]+\.tsx?)`\s*“([^”]+)”/g
const proofs = [...page.matchAll(proof)].map(([, path, name]) => ({ path: path as string, name: name as string }))

test('every test that docs/guarantees.md names is there, by file and by name', () => {
  const tests = new Map(
    projectFiles((path) => proofs.some((each) => each.path === path)).map(({ path, text }) => [path, text]),
  )
  expect(proofs.length).toBeGreaterThan(40)
  const missing = proofs.filter(({ path, name }) => {
    const text = tests.get(path)
    return !text || !/\b(test|it)\b/.test(text) || !name.split(' › ').every((part) => text.includes(part))
  })
  expect(missing).toEqual([])
})

test('every promise of docs/guarantees.md names its proof', () => {
  const rows = page.split('\n').filter((line) => /^\| (?!promise \|)/.test(line))
  expect(rows.length).toBeGreaterThan(40)
  expect(rows.filter((row) => row.search(proof) < 0)).toEqual([])
})
