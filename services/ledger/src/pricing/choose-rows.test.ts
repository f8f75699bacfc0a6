import { describe, expect, it } from 'vitest'
import { chooseRows } from './choose-rows.ts'
import { compileRow } from './compiled-row.ts'
import type { SheetRow } from './manual-rows.ts'

const at = Date.parse('2026-11-02')
const row = (id: string, more: Partial<SheetRow> = {}): SheetRow => {
  return { id, meters: { input_tokens: { price: '1', per: 1_000_000 } }, ...more }
}
const choose = (rows: readonly SheetRow[], more: object = {}) => {
  return chooseRows({ rows, tier: 'standard', region: '', regional: false, at, ...more })
}
const ids = (rows: readonly SheetRow[], more: object = {}) =>
  choose(rows, more).alternatives.flatMap((alternative) => alternative.rows.map((row) => row.id))

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
    expect(choose(dated, { at: Date.parse('2027-01-01') })).toMatchObject({ alternatives: [], to: Infinity })
  })

  it('come highest band first, each with its name', () => {
    const bands = [row('low'), row('high', { band: { gt: 256_000 } }), row('middle', { band: { gte: 32_000 } })]
    const compiled = choose(bands).alternatives.flatMap(({ rows }) => rows.map((each) => compileRow(each, rows)))
    expect(compiled.map((band) => [band.id, band.leastInput, band.contextBand])).toEqual([
      ['high', 256_001, '>256000'],
      ['middle', 32_000, '>=32000'],
      ['low', 0, '<32000'],
    ])
    expect(compileRow(row('only'), [row('only')]).contextBand).toBe('')
  })

  it('with a schedule go before the unscheduled ones, at their hours', () => {
    const peak = row('peak', { schedule: { windows: [['01:00', '02:00']] } })
    const { alternatives } = choose([row('usual'), peak])
    expect(alternatives.map(({ rows }) => rows[0]?.id)).toEqual(['peak', 'usual'])
    expect([alternatives[0]?.holds?.(at), alternatives[0]?.holds?.(at + 3_600_000)]).toEqual([false, true])
    expect(alternatives[1]?.holds).toBeUndefined()
  })

  it('of the operator go before those of the catalogue of the same tier and region', () => {
    const own = (id: string, more: Partial<SheetRow> = {}) => row(id, { manual: true, ...more })
    expect(ids([row('listed'), own('own')])).toEqual(['own', 'listed'])
    expect(ids([row('listed'), own('own', { service_tier: 'batch' })])).toEqual(['listed'])
    expect(ids([row('listed'), own('own', { region: 'eu' })], { region: 'eu-west-1' })).toEqual(['own'])
    expect(ids([row('listed', { region: 'eu' }), own('own')], { region: 'eu-west-1' })).toEqual(['listed'])
    expect(ids([row('listed'), own('own', { to: '2026-01-01' })])).toEqual(['listed'])
    expect(choose([own('own')], { region: 'asia-east1', regional: true }).regionMissing).toBe(false)
  })

  it('that cannot be read are refused by name', () => {
    expect(() => choose([row('bad', { from: 'yesterday' })])).toThrow('price row bad')
    expect(() => choose([row('bad', { from: '2026-01-01T00:00:00' })])).toThrow('price row bad')
    const compiled = (meters: SheetRow['meters']) => compileRow(row('bad', { meters }), [])
    expect(() => compiled({ input_tokens: { price: '1e3', per: 1 } })).toThrow('1e3')
    expect(() => compiled({ tokens: { price: '1', per: 1 } })).toThrow('no such meter: tokens')
  })
})
