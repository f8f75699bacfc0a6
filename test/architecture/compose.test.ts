import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { loadConfig } from '@spanledger/runtime/config/environment'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

interface ComposeService {
  readonly image?: string
  readonly build?: { readonly context: string; readonly dockerfile: string }
  readonly restart?: string
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly healthcheck?: { readonly test: readonly string[] }
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
}

const file = 'docker-compose.yml'
const { services } = parse(readFileSync(file, 'utf8'), { merge: true }) as { services: Record<string, ComposeService> }
const given = { CLICKHOUSE_PASSWORD: 'a-password', SPANLEDGER_API_KEYS: 'a-key:a-tenant' }
const hasClient = spawnSync('docker', ['compose', 'version']).status === 0

test('the production shape is whole: a broker, a database, the door, two ledgers, the detector and the console', () => {
  expect(Object.keys(services).toSorted()).toEqual(
    ['anomaly-detector', 'clickhouse', 'collector', 'console', 'kafka', 'ledger-1', 'ledger-2', 'topics'].toSorted(),
  )
})

test('every image that is not ours is pinned to a version', () => {
  const foreign = Object.values(services).flatMap(({ image }) =>
    image && !image.startsWith('spanledger:') ? [image] : [],
  )
  expect(foreign.length).toBeGreaterThan(1)
  expect(foreign.filter((image) => !/:\d+(\.\d+)+$/.test(image))).toEqual([])
})

test('every service that stays up says whether it is ready, and whoever needs it waits for that', () => {
  const staying = Object.entries(services).filter(([, { restart }]) => restart !== 'no')
  expect(staying.filter(([, { healthcheck }]) => healthcheck === undefined).map(([name]) => name)).toEqual([])
  for (const { depends_on: needs = {} } of Object.values(services)) {
    for (const [needed, { condition }] of Object.entries(needs)) {
      const ends = services[needed]?.restart === 'no'
      expect(condition).toBe(ends ? 'service_completed_successfully' : 'service_healthy')
    }
  }
})

test('every variable that a service of ours is given is one that it takes', () => {
  const ours = Object.entries(services).filter(([, { image }]) => image?.startsWith('spanledger:'))
  expect(ours.length).toBeGreaterThan(4)
  for (const [name, { environment = {} }] of ours) {
    const filled = Object.entries(environment).map(([key, value]) => [key, interpolated(value)])
    const read = () => loadConfig({ ...Object.fromEntries(filled), SPANLEDGER_HOST: '0.0.0.0' })
    expect(read, name).not.toThrow()
  }
})

test('what the build and the health checks name is there', () => {
  const built = Object.values(services).flatMap(({ build }) => (build ? [build.dockerfile] : []))
  const scripts = Object.values(services).flatMap(({ healthcheck }) => healthcheck?.test.filter(isScript) ?? [])
  expect([...built, ...scripts].length).toBeGreaterThan(4)
  expect([...built, ...scripts].filter((path) => !existsSync(path))).toEqual([])
})

test('docker compose accepts the file', ({ skip }) => {
  if (!hasClient) skip('no docker compose client here')
  const { status, stderr } = spawnSync('docker', ['compose', '-f', file, 'config', '--quiet'], {
    env: { ...process.env, ...given },
  })
  expect(String(stderr)).toBe('')
  expect(status).toBe(0)
})

/** As compose does: `${NAME:-default}` and `${NAME:?what to do}`. */
function interpolated(text: string): string {
  return text.replace(/\$\{(\w+):[-?]([^}]*)\}/g, (_, name: string, rest: string) => {
    return (given as Record<string, string>)[name] ?? rest
  })
}

function isScript(word: string): boolean {
  return word.endsWith('.mjs')
}
