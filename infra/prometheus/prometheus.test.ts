import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectFiles } from '../../test/architecture/sources.ts'
import { findPromtool, runPromtool } from '../dev/testing/promtool.ts'

const file = (name: string) => join(import.meta.dirname, name)
const rules = readFileSync(file('spanledger-rules.yml'), 'utf8')
const tests = readFileSync(file('spanledger-rules.test.yml'), 'utf8')
const promtool = await findPromtool()

describe.skipIf(promtool.path === undefined)(`promtool (${promtool.why})`, () => {
  it.each([
    ['check', 'config', 'prometheus.yml'],
    ['check', 'rules', 'spanledger-rules.yml'],
    ['test', 'rules', 'spanledger-rules.test.yml'],
  ])('finds nothing wrong: %s %s %s', async (verb, what, name) => {
    expect(await runPromtool(promtool.path ?? '', [verb, what, file(name)])).toMatchObject({ ok: true })
  })
})

describe('the alert rules', () => {
  it('each have a test in which they fire', () => {
    const names = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name as string)
    expect(names.length).toBeGreaterThan(10)
    const firing = (name: string) => new RegExp(`alertname: ${name}\\n +exp_alerts:\\n`).test(tests)
    expect(names.filter((name) => !firing(name))).toEqual([])
  })

  it('ask for metrics that a service reports', () => {
    const sources = projectFiles((path) => /^services\/[\w-]+\/src\/.*(?<!\.test)\.ts$/.test(path))
    const reported = new Set(
      sources.flatMap(({ text }) => [...text.matchAll(/'((?:spanledger|llm)_\w+)'/g)].map(([, name]) => name)),
    )
    const asked = new Set(
      [...rules.matchAll(/\b(?:spanledger|llm)_\w+/g)].map(([name]) => name.replace(/_(count|sum|bucket)$/, '')),
    )
    asked.delete('llm_')
    expect([...asked].filter((name) => !reported.has(name))).toEqual([])
  })
})
