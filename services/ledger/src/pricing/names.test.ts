import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Catalogue } from '@spanledger/schemas/prices/catalogue'
import { loadCatalogue } from '../adapters/catalogue-file.ts'
import { createNameIndex } from './names.ts'

const catalogue = loadCatalogue()
const index = createNameIndex(catalogue)

/** Every exact name of a sheet, as the file lists it. */
function listed(provider: string): ReadonlySet<string> {
  const models = Object.entries(catalogue.providers[provider]?.models ?? {})
  return new Set(models.flatMap(([id, model]) => [id.toLowerCase(), ...(model.aliases ?? [])]))
}

const sheets = Object.entries(catalogue.providers).map(([provider, sheet]) => {
  const own = [provider, ...(sheet.fallbacks ?? []).map((fallback) => fallback.provider)]
  return { provider, names: [...listed(provider)], known: new Set(own.flatMap((name) => [...listed(name)])) }
})

/** What may follow a known name without making it another model: a date, a Bedrock version, a Google snapshot. */
const snapshot =
  /^(?:[-@](?:\d{4}-\d{2}-\d{2}|\d{8}))?(?:-v1)?(?::0(?::\d{1,3}k)?)?$|^(?::\d{1,3}k)$|^-\d{3}$|^-preview(?:-\d{2}-(?:\d{2}|\d{4}))?$|^-\d{2}-(?:\d{2}|\d{4})$/

const guesses = [
  '-ultra-preview -5 -6 -mini -nano -pro -turbo -fast -lite -high -5-5 .5 -2 x -instruct :free :beta -20259999 :1 0',
  '-2025-13-01 @20250230 -preview-99-99 /x -v -v9 -v9:0',
].flatMap((line) => line.split(' '))

/** In full, or without the provider in front, which a router and the provider itself may put there. */
function isListed(known: ReadonlySet<string>, name: string): boolean {
  return known.has(name) || known.has(name.slice(name.indexOf('/') + 1))
}

describe('names', () => {
  it('find themselves', () => {
    const lost = sheets.flatMap(({ provider, names }) => names.filter((name) => !index.find(provider, name)))
    expect(lost).toEqual([])
  })

  it('are never guessed from a longer one', () => {
    const guessed = sheets.flatMap(({ provider, names, known }) =>
      names
        .flatMap((name) => guesses.map((guess) => name + guess))
        .filter((name) => !isListed(known, name) && index.find(provider, name)),
    )
    expect(guessed).toEqual([])
  })

  it('are never guessed from a shorter one', () => {
    const guessed = sheets.flatMap(({ provider, names, known }) =>
      names
        // a version of several digits may lose one, and the id of a fine-tuned family ends in its joint
        .filter((name) => !/\d\d$/.test(name) && !name.startsWith('ft:'))
        .map((name) => name.slice(0, -1))
        .filter((name) => !isListed(known, name) && index.find(provider, name)),
    )
    expect(guessed).toEqual([])
  })

  it('with anything but a snapshot behind them are unknown', () => {
    const pairs = fc
      .constantFrom(...sheets)
      .chain((sheet) => fc.tuple(fc.constant(sheet), fc.constantFrom(...sheet.names)))
    const suffix = fc.oneof(
      fc.stringMatching(/^[-.:@/ ]?[a-z0-9]{1,8}$/),
      fc.stringMatching(/^-[a-z]{1,6}-\d{1,8}$/),
      fc.string({ minLength: 1, maxLength: 6 }),
    )
    fc.assert(
      fc.property(pairs, suffix, ([{ provider, known }, name], end) => {
        const whole = (name + end).trim().toLowerCase()
        if (isListed(known, whole) || snapshot.test(whole.slice(name.length))) return
        if (/\.ft-$|^ft:/.test(name)) return
        expect(index.find(provider, whole)?.by).toBe(undefined)
      }),
      { numRuns: 5000 },
    )
  })

  it('take an unlisted snapshot only of a real calendar date', () => {
    expect(index.find('openai', 'gpt-6-sol-2028-02-29')?.model).toBe('gpt-6-sol')
    expect(index.find('openai', 'gpt-6-sol-2027-02-29')).toBe(undefined)
    expect(index.find('anthropic', 'claude-haiku-4-5-20251001')?.by).toBe('pattern:^claude-haiku-4-5[-@]{date}$')
  })

  it('keep the geography of a Bedrock profile', () => {
    const base = 'anthropic.claude-sonnet-4-5-20250929-v1:0'
    expect(index.find('aws', `global.${base}`)?.model).toBe(`global.${base}`)
    for (const place of ['us', 'eu', 'apac', 'jp', 'au']) {
      expect(index.find('aws', `${place}.${base}`)?.model).toBe(`regional.${base}`)
    }
    expect(index.find('aws', `us-gov.${base}`)?.model).toBe(`us-gov.${base}`)
    expect(index.find('aws', `mars.${base}`)).toBe(undefined)
  })

  it('of Bedrock are found without their vendor, which an instrumentation cuts off, and nowhere else', () => {
    expect(index.find('aws', 'nova-lite-v1:0')?.model).toBe('amazon.nova-lite-v1:0')
    expect(index.find('aws', 'nova-lite-v9:0')).toBeUndefined()
    expect(index.find('anthropic', 'nova-lite-v1:0')).toBeUndefined()
  })

  it('fall back only where the catalogue declares prices equal', () => {
    expect(index.find('azure', 'gpt-4-0613')?.fallback?.provider).toBe('openai')
    expect(index.find('vertex', 'gemini-1.0-pro')?.fallback?.provider).toBe('google')
    expect(index.find('google', 'claude-haiku-4-5')).toBe(undefined)
    expect(index.find('mistral', 'gpt-4o')).toBe(undefined)
  })

  it('refuse a pattern that is not anchored', () => {
    const loose = { ...catalogue, providers: { p: { models: { m: { patterns: ['^m'], rows: [] } } } } } as Catalogue
    expect(() => createNameIndex(loose).find('p', 'm')).toThrow('not anchored')
  })
})
