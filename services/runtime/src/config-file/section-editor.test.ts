import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sectionOf, withSection } from './file-section.ts'
import { createSectionEditor } from './section-editor.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spanledger-section-'))
  path = join(folder, 'spanledger.yaml')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const file = `# our ledger
alerts:
  every_seconds: 20 # often

# names and prices
prices:
  # a deployment
  aliases: []

  rows: []

# whose it is
attribution:
  require: []
`
const section = 'prices:\n  # a deployment\n  aliases: []\n\n  rows: []\n'
const free = 'prices:\n  rows: [{ provider: ours, model: m, free: true }]\n'

test('a section is what stands between its name and what stands over the next one', () => {
  expect(sectionOf(file, 'prices')).toEqual({ text: section, line: 6 })
  expect(sectionOf(file, 'attribution')).toEqual({ text: 'attribution:\n  require: []\n', line: 13 })
  expect(sectionOf('alerts: {}\n', 'prices')).toEqual({ text: '', line: 2 })
  expect(withSection('', 'prices', free)).toBe(free)
  expect(withSection('alerts: {}', 'prices', free)).toBe(`alerts: {}\n\n${free}`)
  expect(withSection(file, 'prices', '')).toBe(file.replace(section, ''))
  expect(withSection('{ alerts: {} }', 'prices', free)).toBeUndefined()
})

test('everything outside of the section stays as it is, to the letter', () => {
  const lines = fc.array(fc.constantFrom('# x', '', '  # y', '  every_seconds: 5', '  settle_ms: 9'), { maxLength: 6 })
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const [above, below] = [`alerts:\n${before.join('\n')}\n`, `attribution:\n${after.join('\n')}\n`]
      const whole = withSection(`${above}${section}${below}`, 'prices', free)
      // two equal keys are no YAML: such a file is not touched
      if (whole !== undefined) expect(whole).toBe(`${above}${free}${below}`)
    }),
  )
})

test('the problems of a text have its own lines; those elsewhere in the file have none', () => {
  writeFileSync(path, file)
  const editor = createSectionEditor(path, 'prices')
  expect(editor.check(free)).toMatchObject({ problems: [], config: { prices: { rows: [{ free: true }] } } })
  expect(editor.check('prices:\n  rows:\n    - { provider: a, model: b }\n  aliasse: []').problems).toMatchObject([
    { line: 3, path: ['prices', 'rows', 0] },
    { line: 4, path: ['prices', 'aliasse'] },
  ])
  expect(editor.check('# above\n\nprices:\n  rows: 3\n').problems).toMatchObject([{ line: 4 }])
  expect(editor.check('prices: [').problems[0]).toMatchObject({ line: 1, problem: expect.stringContaining('YAML') })
  expect(editor.check('prices: {}\nalerts: { every_seconds: 1 }\n').problems.map(({ problem }) => problem)).not.toEqual(
    [],
  )
  expect(editor.check('prices: {}\nbudgets: 3\n').problems[0]).toMatchObject({
    line: 2,
    problem: expect.stringContaining('goes beyond'),
  }) // prettier-ignore
  writeFileSync(path, file.replace('20 # often', '-1'))
  expect(editor.check(free).problems).toMatchObject([{ line: 0, path: ['alerts', 'every_seconds'] }])
})

test('saving writes the whole file at once, keeps the one before, and its mode', () => {
  writeFileSync(path, file, { mode: 0o640 })
  const editor = createSectionEditor(path, 'prices')
  const { etag } = editor.read()
  const next = editor.save(free, etag)
  expect(readFileSync(path, 'utf8')).toBe(file.replace(section, free))
  expect(readFileSync(`${path}.bak`, 'utf8')).toBe(file)
  expect(statSync(path).mode & 0o777).toBe(0o640)
  expect(readdirSync(folder).toSorted()).toEqual(['spanledger.yaml', 'spanledger.yaml.bak'])
  expect(editor.read()).toEqual({ text: free, line: 6, etag: next })
})

test('a file that changed meanwhile, or a text with a problem, is not written', () => {
  writeFileSync(path, file)
  const editor = createSectionEditor(path, 'prices')
  const { etag } = editor.read()
  expect(() => editor.save('prices: 3\n', etag)).toThrow(/prices is 3/)
  writeFileSync(path, `${file}# by hand\n`)
  expect(() => editor.save(free, etag)).toThrow(/was changed meanwhile/)
  expect(readFileSync(path, 'utf8')).toBe(`${file}# by hand\n`)
})

test('a link is followed, and stays a link', () => {
  mkdirSync(join(folder, 'real'))
  const real = join(folder, 'real', 'config.yaml')
  writeFileSync(real, file)
  symlinkSync(real, path)
  const editor = createSectionEditor(path, 'prices')
  editor.save(free, editor.read().etag)
  expect(readFileSync(real, 'utf8')).toContain('free: true')
  expect(readFileSync(path, 'utf8')).toContain('free: true')
})
