import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { attoFromDecimal } from '../money.ts'
import type { Catalogue, PriceRow } from './catalogue.ts'

const text = readFileSync(new URL('catalogue.json', import.meta.url), 'utf8')
const catalogue = JSON.parse(text) as Catalogue
const models = Object.entries(catalogue.providers).flatMap(([provider, sheet]) =>
  Object.entries(sheet.models).map(([name, model]) => ({ provider, name, model })),
)
const rows = models.flatMap(({ model }) => model.rows)

describe('the catalogue', () => {
  it('is large enough to be useful and small enough to be read', () => {
    expect(models.length).toBeGreaterThan(2_000)
    expect(text.length).toBeLessThan(2_500_000)
  })

  it('has prices as plain decimal strings, for a whole number of units', () => {
    for (const row of rows) {
      for (const { price, per } of Object.values(row.meters)) {
        expect(typeof price).toBe('string')
        expect(attoFromDecimal(price)).toBeGreaterThanOrEqual(0n)
        expect(price).toMatch(/^(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/)
        expect([1, 1_000, 3_600, 1_000_000]).toContain(per)
      }
    }
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
    const place = ({ region, service_tier, schedule, band }: PriceRow) =>
      JSON.stringify([region, service_tier, schedule, band])
    for (const { model } of models) {
      for (const a of model.rows) {
        expect(time(a.from, -Infinity)).toBeLessThan(time(a.to, Infinity))
        for (const b of model.rows) {
          const apart =
            time(a.to, Infinity) <= time(b.from, -Infinity) || time(b.to, Infinity) <= time(a.from, -Infinity)
          if (a !== b && place(a) === place(b)) expect([a.id, b.id, apart]).toEqual([a.id, b.id, true])
        }
      }
    }
  })

  it('falls back to sheets it has', () => {
    const fallbacks = Object.values(catalogue.providers).flatMap((sheet) => sheet.fallbacks ?? [])
    expect(fallbacks.filter(({ provider }) => !catalogue.providers[provider])).toEqual([])
  })
})
