import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { collectorOptions } from './config.ts'

it('every limit is in the README with its default and what it means', () => {
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')
  const defaults = collectorOptions.parse({ host: 'h', port: 0 })
  for (const [name, schema] of Object.entries(collectorOptions.shape)) {
    const value = defaults[name as keyof typeof defaults]
    if (typeof value !== 'number' || name === 'port') continue
    expect(readme).toContain(`| \`${name}\` | ${value} | ${schema.description} |`)
  }
})
