import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { renderTable } from './table.ts'
import { docOf, variableNames } from './variables.ts'

it('describes every variable', () => {
  for (const name of variableNames) expect(docOf(name).about, name).not.toBe('')
})

it('is the table in the README', () => {
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8')
  expect(readme, `paste this into services/runtime/README.md:\n${renderTable()}\n`).toContain(renderTable())
})
