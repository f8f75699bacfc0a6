import { expect, test } from 'vitest'
import { projectFiles } from './sources.ts'

const page = projectFiles((path) => path === 'docs/guarantees.md')[0]?.text ?? ''
/** A proof is written `path/of/the.test.ts` “name of the test”. */
const proofs = [...page.matchAll(/`([\w./-]+\.test\.tsx?)`\s*“([^”]+)”/g)].map((match) => ({
  path: match[1] as string,
  name: match[2] as string,
}))
const tests = new Map(projectFiles((path) => /\.test\.tsx?$/.test(path)).map(({ path, text }) => [path, text]))

test('every test that docs/guarantees.md names is there, by file and by name', () => {
  expect(proofs.length).toBeGreaterThan(10)
  expect(proofs.filter(({ path, name }) => !tests.get(path)?.includes(name))).toEqual([])
})

test('every promise of docs/guarantees.md names its proof or says that it has none yet', () => {
  const rows = page
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[\s:|-]+\|$/.test(line) && !/\|\s*proof\s*\|$/i.test(line))
  expect(rows.length).toBeGreaterThan(10)
  expect(
    rows.filter((row) => !/`[\w./-]+\.test\.tsx?`\s*“[^”]+”/.test(row) && !row.includes('not proven yet')),
  ).toEqual([])
})
