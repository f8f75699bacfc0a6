import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { conventionalPlaces, dialectPlaces, type Place, resourcePlaces } from '@spanledger/schemas/attribution/places'
import { defaultSpellings } from '@spanledger/schemas/attribution/spellings'
import { parseConfigFile } from '@spanledger/runtime/config-file/config-file'
import { expect, test } from 'vitest'

const page = readFileSync(join(import.meta.dirname, '../../docs/attribution.md'), 'utf8')

const code = (text: string) => `\`${text}\``

function row(heading: string, places: readonly Place[]): string {
  const cells = places.map(({ name, says }) => {
    const what =
      typeof says === 'object'
        ? `tag ${says.tag}`
        : ({ entries: 'free keys', labels: 'labels' }[says as 'entries'] ?? says)
    return `${code(name)} → ${what}`
  })
  return `| ${heading} | ${[...new Set(cells)].join('<br>')} |`
}

test('the places of docs/attribution.md are those that are read', () => {
  const table = Object.entries(dialectPlaces)
    .map(([dialect, places]) => row(dialect, places))
    .join('\n')
  expect(page, `paste this into docs/attribution.md:\n${table}\n`).toContain(table)
  const conventions = row('Conventions', [...conventionalPlaces, ...resourcePlaces])
  expect(page, `paste this into docs/attribution.md:\n${conventions}\n`).toContain(conventions)
})

test('its spellings are the usual ones', () => {
  const table = Object.entries(defaultSpellings)
    .map(([dimension, names]) => `| ${code(dimension)} | ${names.map(code).join(', ')} |`)
    .join('\n')
  expect(page, `paste this into docs/attribution.md:\n${table}\n`).toContain(table)
})

test('its examples of configuration can be used', () => {
  const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml]) => yaml as string)
  expect(examples.length).toBeGreaterThan(2)
  for (const example of examples) expect(() => parseConfigFile(example, 'attribution.md')).not.toThrow()
})
