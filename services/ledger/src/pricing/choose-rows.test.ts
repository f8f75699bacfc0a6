import { describe, expect, it } from 'vitest'
import type { PriceRow } from '@spanledger/schemas/prices/catalogue'
import { chooseRows } from './choose-rows.ts'

const at = Date.parse('2026-11-02')
const row = (id: string, more: Partial<PriceRow> = {}): PriceRow => {
  return { id, meters: { input_tokens: { price: '1', per: 1_000_000 } }, ...more }
}
const choose = (rows: readonly PriceRow[], more: object = {}) => {
  return chooseRows({ rows, tier: 'standard', region: '', regional: false, at, ...more })
}
const ids = (rows: readonly PriceRow[], more: object = {}) => choose(rows, more).bands.map((band) => band.id)

describe('rows', () => {
  const regions = [
    row('any'),
    row('world', { region: 'global' }),
    row('eu', { region: 'eu' }),
    row('named', { region: 'eu-west-1' }),
  ]

  it('of the most specific region win', () => {
    expect(ids(regions, { region: 'eu-west-1' })).toEqual(['named'])
    expect(ids(regions, { region: 'eu-central-1' })).toEqual(['eu'])
    expect(ids(regions, { region: 'us-east-1' })).toEqual(['world'])
    expect(ids(regions.slice(0, 1), { region: 'us-east-1' })).toEqual(['any'])
  })

  it('of another region are an estimate where prices are regional', () => {
    expect(choose(regions, { region: 'us-east-1', regional: true }).regionMissing).toBe(true)
    expect(choose(regions, { region: 'us-east-1' }).regionMissing).toBe(false)
    expect(choose(regions, { region: 'eu-central-1', regional: true }).regionMissing).toBe(false)
    expect(choose(regions, { region: 'global', regional: true }).regionMissing).toBe(false)
    expect(choose(regions, { regional: true }).regionMissing).toBe(false)
  })

  it('of every named region give way to the region itself and its zone, and are not for the global endpoint', () => {
    const uplifted = [row('any'), row('named', { region: 'regional' }), row('eu', { region: 'eu' })]
    expect(ids(uplifted, { region: 'asia-east1' })).toEqual(['named'])
    expect(ids(uplifted, { region: 'europe-west1' })).toEqual(['eu'])
    expect([ids(uplifted), ids(uplifted, { region: 'global' })]).toEqual([['any'], ['any']])
    expect(choose(uplifted, { region: 'asia-east1', regional: true }).regionMissing).toBe(false)
  })

  it('of a missing tier are the standard ones, and say so', () => {
    const tiers = [row('standard'), row('batch', { service_tier: 'batch' })]
    expect(ids(tiers, { tier: 'batch' })).toEqual(['batch'])
    expect(ids(tiers, { tier: 'flex' })).toEqual(['standard'])
    expect(choose(tiers, { tier: 'flex' }).tierMissing).toBe(true)
  })

  it('hold from their first to before their last instant, and the answer says how long it holds', () => {
    const dated = [row('old', { to: '2026-01-01' }), row('new', { from: '2026-01-01', to: '2027-01-01' })]
    const cut = Date.parse('2026-01-01')
    expect(ids(dated, { at: cut - 1 })).toEqual(['old'])
    expect(ids(dated, { at: cut })).toEqual(['new'])
    expect(choose(dated, { at: cut })).toMatchObject({ from: cut, to: Date.parse('2027-01-01') })
    expect(choose(dated, { at: Date.parse('2027-01-01') })).toMatchObject({ none: true, to: Infinity })
  })

  it('come highest band first, each with its name', () => {
    const bands = [row('low'), row('high', { band: { gt: 256_000 } }), row('middle', { band: { gte: 32_000 } })]
    expect(choose(bands).bands.map((band) => [band.id, band.leastInput, band.contextBand])).toEqual([
      ['high', 256_001, '>256000'],
      ['middle', 32_000, '>=32000'],
      ['low', 0, '<32000'],
    ])
    expect(choose([row('only')]).bands[0]?.contextBand).toBe('')
  })

  it('with a schedule stand beside the unscheduled ones', () => {
    const peak = row('peak', { schedule: { windows: [['01:00', '02:00']] } })
    const choice = choose([row('usual'), peak])
    expect(choice.bands.map((band) => band.id)).toEqual(['usual'])
    expect(choice.scheduled.map((entry) => [entry.holds(at), entry.holds(at + 3_600_000)])).toEqual([[false, true]])
  })

  it('that cannot be read are refused by name', () => {
    expect(() => choose([row('bad', { from: 'yesterday' })])).toThrow('price row bad')
    expect(() => choose([row('bad', { meters: { input_tokens: { price: '1e3', per: 1 } } })])).toThrow('1e3')
    expect(() => choose([row('bad', { meters: { tokens: { price: '1', per: 1 } } })])).toThrow('no such meter: tokens')
  })
})
