import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { attoFromDecimal } from '../money.ts'
import type { Catalogue } from './catalogue.ts'
import { priceableMeters } from './meter-names.ts'

const text = readFileSync(new URL('catalogue.json', import.meta.url), 'utf8')
const meters: readonly string[] = priceableMeters
const catalogue = JSON.parse(text) as Catalogue
const models = Object.entries(catalogue.providers).flatMap(([provider, sheet]) =>
  Object.entries(sheet.models).map(([name, model]) => ({ provider, name, model })),
)
const rows = models.flatMap(({ model }) => model.rows)

describe('the catalogue', () => {
  it('is large enough to be useful and small enough to be read', () => {
    expect(models.length).toBeGreaterThan(3_800)
    expect(text.length).toBeLessThan(2_500_000)
  })

  it('says of which day it is, and which files it was made from', () => {
    const { as_of: asOf, sources, notice } = catalogue
    expect(new Date(asOf).toISOString().slice(0, 10)).toBe(asOf)
    expect(sources.map(({ name }) => name)).toEqual(['genai-prices', ...Array.from({ length: 6 }, () => 'litellm')])
    for (const { released, sha256 } of sources) {
      expect(Date.parse(released)).toBeLessThanOrEqual(Date.parse(asOf))
      expect(sha256).toMatch(/^[0-9a-f]{64}$/)
    }
    for (const licence of notice.match(/LICENSE\.[a-z-]+/g) ?? []) {
      expect(readFileSync(new URL(licence, import.meta.url), 'utf8')).toContain('MIT')
    }
  })

  it('knows its fields, meters, tiers and regions', () => {
    const keys = 'id region service_tier from to schedule band meters minimum source'.split(' ')
    const tiers = [undefined, 'batch', 'flex', 'priority', 'fast']
    const region = /^(?:regional|us|eu|apac|us-gov|[a-z]{2}(?:-[a-z]+)+-\d)$/
    const wrong = rows.filter(
      (row) =>
        Object.keys(row).some((key) => !keys.includes(key)) ||
        Object.keys(row.meters).some((meter) => !meters.includes(meter)) ||
        !tiers.includes(row.service_tier) ||
        (row.region !== undefined && !region.test(row.region)),
    )
    expect(wrong).toEqual([])
  })

  it('has prices as plain decimal strings, for a whole number of units', () => {
    const plain = /^(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/
    const wrong = rows.filter((row) =>
      Object.values(row.meters).some(
        ({ price, per }) =>
          typeof price !== 'string' ||
          !plain.test(price) ||
          attoFromDecimal(price) < 0n ||
          ![1, 1_000, 3_600, 1_000_000].includes(per),
      ),
    )
    expect(wrong).toEqual([])
  })

  it('names every row once, and its model in the name', () => {
    expect(new Set(rows.map((row) => row.id)).size).toBe(rows.length)
    for (const { provider, name, model } of models) {
      for (const row of model.rows) expect(row.id.split('?')[0]).toBe(`${provider}/${name}`)
    }
  })

  it('gives an exact name to one model of a provider only', () => {
    for (const sheet of Object.values(catalogue.providers)) {
      const names = Object.entries(sheet.models).flatMap(([id, model]) => [id.toLowerCase(), ...(model.aliases ?? [])])
      expect(names.filter((name, place) => names.indexOf(name) !== place)).toEqual([])
    }
  })

  it('anchors every pattern', () => {
    const patterns = models.flatMap(({ model }) => model.patterns ?? [])
    expect(patterns.filter((pattern) => !/^\^.*\$$/.test(pattern) || pattern.includes('.*'))).toEqual([])
  })

  it('has no two rows for one request', () => {
    const time = (value: string | undefined, open: number) => (value === undefined ? open : Date.parse(value))
    const places = new Map<string, { id: string; from: number; to: number }[]>()
    for (const row of rows) {
      const [from, to] = [time(row.from, -Infinity), time(row.to, Infinity)]
      const place = [row.id.split('?')[0], row.region, row.service_tier, row.schedule, row.band]
      const key = JSON.stringify(place)
      places.set(key, [...(places.get(key) ?? []), { id: row.id, from, to }])
    }
    const wrong = [...places.values()].flatMap((spans) =>
      spans.filter((a) => a.from >= a.to || spans.some((b) => a !== b && a.from < b.to && b.from < a.to)),
    )
    expect(wrong).toEqual([])
  })

  it('falls back to sheets it has', () => {
    const fallbacks = Object.values(catalogue.providers).flatMap((sheet) => sheet.fallbacks ?? [])
    expect(fallbacks.filter(({ provider }) => !catalogue.providers[provider])).toEqual([])
  })
})
