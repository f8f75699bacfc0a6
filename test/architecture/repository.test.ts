import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { pnpmVersion } from '../../infra/dev/setup/install.mjs'
import { projectFiles, repository } from './sources.ts'

const isText = (path: string) => !/\.(gz|png|jpe?g|ico|woff2?|br|zst|bin|pb)$/.test(path)

test('the lockfile and the manifests name no registry: anyone can install from their own', () => {
  const manifests = projectFiles((path) =>
    /(^|\/)(package\.json|\.npmrc|pnpm-lock\.yaml|pnpm-workspace\.yaml)$/.test(path),
  )
  expect(manifests.map(({ path }) => path)).toContain('pnpm-lock.yaml')
  const addresses = manifests.flatMap(({ path, text }) =>
    [...text.matchAll(/^.*(?:\btarball:|\bregistry\s*=|https?:\/\/).*$/gm)].map(([line]) => `${path}: ${line.trim()}`),
  )
  expect(addresses.filter((line) => !/"\$schema"|"(homepage|url)":/.test(line))).toEqual([])
})

test('every file that names a version of pnpm names the one that the set-up installs', () => {
  const named = projectFiles(isText).flatMap(({ path, text }) =>
    [...text.matchAll(/\bpnpm@(\d+\.\d+\.\d+)/g)].map((match) => `${path}: ${match[1]}`),
  )
  expect(named.length).toBeGreaterThan(1)
  expect(named.filter((line) => !line.endsWith(`: ${pnpmVersion}`))).toEqual([])
})

test('nothing names a path of the machine it was written on', () => {
  const machinePath = /(?<![\w.$~/}-])\/(?:home|Users|root|work)\/[\w.-]+/
  const found = projectFiles(isText).flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => {
      const match = path.startsWith('test/architecture/') ? null : machinePath.exec(line)
      return match ? [`${path}:${index + 1}: ${match[0]}`] : []
    }),
  )
  expect(found).toEqual([])
})

test('no two tables files have one number: a second start would take one for the other', () => {
  const names = projectFiles((path) => /^schemas\/tables\/\d{4}_.*\.sql$/.test(path)).map(({ path }) => path)
  expect(new Set(names.map((path) => path.slice('schemas/tables/'.length, 'schemas/tables/'.length + 4))).size).toBe(
    names.length,
  )
})

test('every package is under the licence of the project', () => {
  const licences = projectFiles((path) => /(^|\/)package\.json$/.test(path)).map(({ path, text }) => [
    path,
    (JSON.parse(text) as { license?: string }).license,
  ])
  expect(licences.length).toBeGreaterThanOrEqual(7)
  expect(licences.filter(([, licence]) => licence !== 'Apache-2.0')).toEqual([])
  expect(existsSync(join(repository, 'LICENSE'))).toBe(true)
})

test('vendored data lies beside its licence, and NOTICE names it', () => {
  const notice = projectFiles((path) => path === 'NOTICE')[0]?.text ?? ''
  const vendored = projectFiles((path) => /(^|\/)LICENSE[.-][\w.-]+$/.test(path)).map(({ path }) => path)
  expect(vendored.filter((path) => !notice.includes(path))).toEqual([])
  const named = [...notice.matchAll(/^\s+((?:[\w.-]+\/)+[\w.-]+)$/gm)].map((match) => match[1] as string)
  expect(named.length).toBeGreaterThan(0)
  expect(named.filter((path) => !existsSync(join(repository, path)))).toEqual([])
})

test('every relative link in the documents leads somewhere', () => {
  const dead = projectFiles((path) => path.endsWith('.md')).flatMap(({ path, text }) =>
    [...text.matchAll(/(?:\]\(|src(?:set)?=")(?!https?:|#|mailto:)([^)\s"#]+)/g)]
      .filter(([, target]) => !existsSync(join(repository, dirname(path), target as string)))
      .map(([, target]) => `${path}: ${target}`),
  )
  expect(dead).toEqual([])
})
