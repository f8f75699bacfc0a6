import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Catalogue } from './catalogue.ts'

const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8')
const catalogue = JSON.parse(read('catalogue.json')) as Catalogue
const decided = new Set(Array.from(read('decisions.yaml').matchAll(/^ {2}- id: (\S+)$/gm), ([, id]) => id as string))
const report = JSON.parse(read('report.json')) as {
  readonly accepted: readonly { readonly row: string; readonly change: string; readonly decision: string }[]
  readonly models: readonly {
    readonly model: string
    readonly verdict: string
    readonly differences?: readonly { readonly right: string; readonly decision?: string }[]
  }[]
}

/** From the last release: row id, from, to, prices (`meter=price/per`, by spaces). */
const released = read('released.tsv')
  .trimEnd()
  .split('\n')
  .map((line) => line.split('\t') as [id: string, from: string, to: string, prices: string])
const models = Object.entries(catalogue.providers).flatMap(([provider, sheet]) =>
  Object.entries(sheet.models).map(([name, model]) => ({ name: `${provider}/${name}`, model })),
)
const rows = new Map(models.flatMap(({ model }) => model.rows.map((row) => [row.id, row] as const)))

function undecided(change: string, ids: readonly string[]): readonly string[] {
  const accepted = new Set(report.accepted.filter((entry) => entry.change === change).map(({ row }) => row))
  return ids.filter((id) => !accepted.has(id))
}

function unitPrice(text: string): number {
  const [price, per] = text.split('/')
  return Number(price) / Number(per)
}

describe('against the catalogue of the last release', () => {
  it('no model and no row has vanished without a decision', () => {
    const known = new Set(models.map(({ name }) => name))
    const gone = released.map(([id]) => id).filter((id) => !rows.has(id))
    const ofKnown = (id: string) => known.has(id.replace(/\?.*$/, ''))
    expect(
      undecided(
        'model gone',
        gone.filter((id) => !ofKnown(id)),
      ),
    ).toEqual([])
    expect(undecided('row gone', gone.filter(ofKnown))).toEqual([])
  })

  it('no start date has moved without a decision', () => {
    const moved = released.filter(([id, from]) => rows.has(id) && (rows.get(id)?.from ?? '') !== from)
    expect(
      undecided(
        'start moved',
        moved.map(([id]) => id),
      ),
    ).toEqual([])
  })

  it('no price has changed by more than three times, and none has appeared or gone, without a decision', () => {
    const changes = new Map<string, string[]>([
      ['price', []],
      ['meter new', []],
      ['meter gone', []],
    ])
    for (const [id, , , prices] of released) {
      const row = rows.get(id)
      if (!row) continue
      const before = new Map(prices.split(' ').map((price) => price.split('=') as [string, string]))
      const after = new Map(Object.entries(row.meters).map(([meter, { price, per }]) => [meter, `${price}/${per}`]))
      for (const meter of new Set([...before.keys(), ...after.keys()])) {
        const [was, is] = [before.get(meter), after.get(meter)]
        if (was === is || meter === '') continue
        if (was === undefined) changes.get('meter new')?.push(id)
        else if (is === undefined) changes.get('meter gone')?.push(id)
        else {
          const [low, high] = [unitPrice(was), unitPrice(is)].sort((a, b) => a - b) as [number, number]
          if (high > 3 * low) changes.get('price')?.push(id)
        }
      }
    }
    for (const [change, ids] of changes) expect([change, undecided(change, ids)]).toEqual([change, []])
  })
})

describe('the report', () => {
  it('names a decision that exists for everything that was accepted or settled', () => {
    const settled = report.models
      .flatMap(({ differences = [] }) => differences)
      .filter((one) => one.right !== 'undecided')
    const named = [...report.accepted, ...settled].map(({ decision }) => decision ?? 'none')
    expect(named.length).toBeGreaterThan(50)
    expect([...new Set(named)].filter((id) => !decided.has(id))).toEqual([])
  })

  it('has a verdict for every model', () => {
    const judged = new Set(report.models.map(({ model }) => model))
    expect(models.map(({ name }) => name).filter((name) => !judged.has(name))).toEqual([])
  })

  it('is the ground for every row: its source is a release or a decision', () => {
    const sources = [...rows.values()].flatMap(({ source }) => (source === undefined ? [] : [source]))
    const loose = sources.filter((source) => {
      const base = source.replace(/ (?:with LiteLLM|x \d|\(as|to \d|\(LiteLLM).*$/, '').replace(/, before that .*$/, '')
      return !/^(?:genai-prices|LiteLLM \d+\.\d+\.\d+)$/.test(base) && !decided.has(base)
    })
    expect([...new Set(loose)]).toEqual([])
  })
})
