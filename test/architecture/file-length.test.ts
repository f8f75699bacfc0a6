import { expect, test } from 'vitest'
import { isCode, projectFiles } from './sources.ts'

const limit = 300

/** Files that are longer for a reason. A file that is not one worry should be split instead of being listed here. */
const allowed: Readonly<Record<string, string>> = {}

test(`no source file is longer than ${limit} lines without a reason`, () => {
  const lengths = projectFiles(
    (path) => isCode(path) && !/\.test\.tsx?$/.test(path) && !/\/(generated|testing)\//.test(path),
  ).map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
  const tooLong = lengths.filter(({ path, lines }) => lines > limit && !(path in allowed))
  expect(
    tooLong.map(({ path, lines }) => `${path}: ${lines} lines, split it by worry or list it with a reason`),
  ).toEqual([])
})

test('the list of long files names only files that are long', () => {
  const files = new Map(
    projectFiles((path) => path in allowed).map(({ path, text }) => [path, text.split('\n').length - 1]),
  )
  expect(Object.keys(allowed).filter((path) => (files.get(path) ?? 0) <= limit)).toEqual([])
})
