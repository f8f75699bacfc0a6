import { describe, expect, test } from 'vitest'
import { breaches, importsOf } from './import-rule.ts'
import { isCode, projectFiles } from './sources.ts'

test('the project keeps the import rule', () => {
  const files = projectFiles(isCode)
  expect(files.length).toBeGreaterThan(50)
  expect(breaches(files)).toEqual([])
})

describe('the rule catches', () => {
  const planted: readonly [what: string, path: string, text: string][] = [
    ['a service importing another', 'services/console/src/a.ts', `import { x } from '@spanledger/ledger/service'`],
    [
      'a type import of another service',
      'services/collector/src/a.ts',
      `import type { X } from '@spanledger/ledger/service'`,
    ],
    ['a dynamic import of another service', 'services/ledger/src/a.ts', `await import('@spanledger/console/service')`],
    ['a re-export of another service', 'services/ledger/src/a.ts', `export * from '@spanledger/collector/service'`],
    ['a service importing the command line', 'services/ledger/src/a.ts', `import '@spanledger/cli/main'`],
    ['the runtime importing a service', 'services/runtime/src/a.ts', `import { x } from '@spanledger/ledger/service'`],
    ['schemas importing the runtime', 'schemas/a.ts', `import { x } from '@spanledger/runtime/errors'`],
    [
      'a relative import that leaves its package',
      'services/ledger/src/a.ts',
      `import { x } from '../../runtime/src/errors.ts'`,
    ],
    [
      'a relative import into schemas',
      'services/ledger/src/pricing/a.ts',
      `import { x } from '../../../../schemas/money.ts'`,
    ],
    [
      'a domain folder importing the runtime',
      'services/ledger/src/pricing/a.ts',
      `import { x } from '@spanledger/runtime/errors'`,
    ],
    [
      'a domain folder importing an adapter',
      'services/ledger/src/identity/a.ts',
      `import { x } from '../adapters/ledger-entry-native.ts'`,
    ],
    ['a domain folder importing files', 'services/ledger/src/pricing/a.ts', `import { readFileSync } from 'node:fs'`],
    ['a domain folder importing a package', 'services/ledger/src/dialects/a.ts', `import { z } from 'zod'`],
    ['a domain folder reading the clock', 'services/ledger/src/identity/a.ts', `export const at = () => Date.now()`],
    ['a domain folder rolling dice', 'services/ledger/src/identity/a.ts', `export const id = () => Math.random()`],
    ['a service reading the environment', 'services/ledger/src/config.ts', `export const port = process.env.PORT`],
    ['the environment by import', 'services/ledger/src/config.ts', `import { env } from 'node:process'`],
    ['a folder named utils', 'services/ledger/src/utils/a.ts', ''],
    ['a folder named types', 'schemas/types/a.ts', ''],
    [
      'an import spread over lines',
      'services/console/src/a.ts',
      `import {\n  x,\n  y,\n} from '@spanledger/ledger/service'`,
    ],
  ]
  test.each(planted)('%s', (_what, path, text) => {
    expect(breaches([{ path, text }])).not.toEqual([])
  })
})

describe('the rule lets pass', () => {
  const allowed: readonly [what: string, path: string, text: string][] = [
    ['the command line composing services', 'services/cli/src/a.ts', `import { x } from '@spanledger/ledger/service'`],
    [
      'a service using runtime and schemas',
      'services/ledger/src/a.ts',
      `import '@spanledger/runtime/errors'\nimport '@spanledger/schemas/money'`,
    ],
    ['domain folders using each other', 'services/ledger/src/pricing/a.ts', `import { x } from '../identity/keys.ts'`],
    ['an entry point reading the environment', 'services/ledger/src/main.ts', `run(process.env)`],
    ['a comment that speaks of it', 'services/ledger/src/a.ts', `// import '@spanledger/console/service', process.env`],
    [
      'a test of a table using the real engine',
      'schemas/tables/a.clickhouse.test.ts',
      `import '@spanledger/runtime/testing/b'`,
    ],
    ['a test of a domain folder using tools', 'services/ledger/src/pricing/a.test.ts', `import fc from 'fast-check'`],
  ]
  test.each(allowed)('%s', (_what, path, text) => {
    expect(breaches([{ path, text }])).toEqual([])
  })
})

test('every way to import is seen', () => {
  const text = `import a from 'a'\nimport { b } from "b"\nimport 'c'\nexport { d } from 'd'\nimport type { E } from 'e'
    const f = await import('f')\nconst g = require('g')\nexport * as h from 'h'\nlet i: import('i').I`
  expect(importsOf(text).toSorted()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'])
})
