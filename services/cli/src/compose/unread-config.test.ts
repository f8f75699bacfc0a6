import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { unreadConfigNotice } from './unread-config.ts'

const directory = mkdtempSync(join(tmpdir(), 'spanledger-config-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

test('a configuration file that has no effect is named, and nothing is said where there is none', () => {
  expect(unreadConfigNotice(directory)).toBeUndefined()
  writeFileSync(join(directory, 'spanledger.yaml'), '')
  expect(unreadConfigNotice(directory)).toContain(join(directory, 'spanledger.yaml'))
})
