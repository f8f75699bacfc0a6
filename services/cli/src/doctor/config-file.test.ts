import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '@spanledger/runtime/config/environment'
import { afterAll, expect, test } from 'vitest'
import { checkConfigFile } from './config-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'spanledger-doctor-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function checksOf(text: string, env: Record<string, string> = {}) {
  const file = join(folder, 'spanledger.yaml')
  writeFileSync(file, text)
  const all = { SPANLEDGER_CONFIG: file, ...env }
  return checkConfigFile(loadConfig(all), all, 0)
    .filter(({ name }) => name !== 'own prices')
    .map(({ state, message }) => `${state} ${message.replace(`${folder}/`, '')}`)
}

test('a file that can be used is ok, and that nobody is told of alerts is a warning', () => {
  expect(checksOf('alerts: {}')).toEqual([
    'ok spanledger.yaml can be used',
    'warning are on the page only: SLACK_WEBHOOK_URL is not set here, so nobody is told',
  ])
  expect(checksOf('alerts: {}', { SLACK_WEBHOOK_URL: 'https://a/b' })[1]).toBe('ok can be told to slack')
})

test('each API key is named by its sha256, with what is pinned to it; a pin of no key is a warning', () => {
  const hash = (key: string) => createHash('sha256').update(key).digest('hex')
  const pin = (key: string) => `    - { key_sha256: ${hash(key).toUpperCase()}, set: { team: search } }\n`
  const checks = checksOf(`attribution:\n  api_keys:\n${pin('k1')}${pin('gone')}`, {
    SPANLEDGER_API_KEYS: 'k1:acme,k2:other',
  })
  expect(checks.slice(2)).toEqual([
    `ok tenant acme: sha256 ${hash('k1')}, pins team search`,
    `ok tenant other: sha256 ${hash('k2')}, pins nothing`,
    `warning attribution.api_keys has the sha256 ${hash('gone')}, which is of none of SPANLEDGER_API_KEYS here`,
  ])
})

test('every problem of the file is a line of its own, and so is a secret that is missing', () => {
  expect(checksOf('alert: {}\nalerts:\n  every_seconds: 0\n')).toEqual([
    'failed spanledger.yaml:1: alert is not a section: did you mean alerts?',
    'failed spanledger.yaml:3: alerts.every_seconds is 0: it takes a number above 0 to 3600',
  ])
  expect(checksOf('alerts:\n  channels:\n    finance: { slack_webhook_env: FINANCE }\n')).toEqual([
    'failed FINANCE is not set, and the alert channel finance needs it',
  ])
  expect(checksOf('', { SPANLEDGER_CONFIG: join(folder, 'gone.yaml') })[0]).toContain('cannot be read: ENOENT')
})
