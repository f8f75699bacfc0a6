import { alertEventNames, alertKinds, alertUnits } from '@spanledger/schemas/events/alert'
import { decimalFromAtto } from '@spanledger/schemas/money'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { count, dollars, percent } from './figures.ts'
import { renderMessage } from './message.ts'
import { checkMessage } from './testing/check-message.ts'
import { readMessage } from './testing/read-message.ts'
import { type SampleEvent, sampleEvent, sampleNowMs } from './testing/sample-event.ts'

const options = { consoleUrl: 'http://127.0.0.1:4320', nowMs: sampleNowMs }
const read = (event: SampleEvent = {}) => readMessage(renderMessage(sampleEvent(event), options))

test('an opened alert says what changed, by how much, since when, what it costs, who makes it, and where to go', () => {
  const message = read()
  expect(message.title).toBe('🟠 Spend spike: team search')
  expect(message.text).toBe(
    '🟠 Spend spike. team search: $48.10 spent so far, usually $20.04 in the same hours: 2.4×. ' +
      '$28.06 more than expected so far, $12.95 more per hour',
  )
  expect(message.says).toBe('team `search`: $48.10 spent so far, usually $20.04 in the same hours: 2.4×')
  expect(message.figures).toEqual({
    Since: `<!date^${(sampleNowMs - 130 * 60_000) / 1000}^{date_short_pretty} {time}|2026-11-21 12:10 UTC>`,
    Severity: 'warning',
    'Spent so far': '$48.10',
    'Usual in the same hours': '$20.04',
    'Extra cost so far': '$28.06',
    'Extra per hour now': '$12.95',
  })
  expect(message.contributors).toEqual([
    { dimension: 'model', name: 'claude-opus-4-5', share: '83.0 %', usd: '$23.29' },
    { dimension: 'feature', name: 'summaries', share: '17.0 %', usd: '$4.77' },
  ])
  expect(message.runbookUrl).toBe('http://127.0.0.1:4320/runbooks/spend_spike')
  expect(message.consoleUrl).toBe('http://127.0.0.1:4320/?alert=00000000-0000-4000-8000-000000000010')
  expect(message.notes).toContain('Figures of <!date^')
  expect(message.notes).toContain('Compared with: the mean of the 7 days before, each until 14:20.')
  expect(message.notes).toContain('Also seen in feature `summaries`.')
  expect(message.notes).toContain('As known at <!date^')
})

test('a share above the whole is explained, and only such a one', () => {
  const { contributors: usual } = sampleEvent().alert.explanation
  const beyond = usual.map((one, place) => (place === 0 ? { ...one, share: '1.04' } : one))
  const textOf = (event: SampleEvent) => JSON.stringify(renderMessage(sampleEvent(event), options).blocks)
  expect(textOf({ explanation: { contributors: beyond } })).toContain('More than 100 %: everything else cost less')
  expect(textOf({})).not.toContain('More than 100 %')
})

test('the exact line has every figure without rounding, and the figures above are rounded from it', () => {
  const { exact, figures, contributors } = read()
  const event = sampleEvent()
  expect(exact).toMatchObject({
    observed: event.alert.explanation.observed,
    expected: event.alert.explanation.expected,
    unit: 'usd',
    impact_usd: decimalFromAtto(event.alert.impactUsd),
    impact_usd_per_hour: decimalFromAtto(event.alert.impactUsdPerHour),
    cost_usd: event.alert.explanation.costUsd,
    requests: '1234',
    from: '2026-11-21T00:00:00.000Z',
    to: '2026-11-21T14:20:00.000Z',
    as_known_at: '2026-11-21T14:19:58.000Z',
    c1_usd: '23.293386511975308650',
    c2_share: '0.17',
    alert: event.alert.alertId,
    event: event.eventId,
  })
  expect(figures['Extra cost so far']).toBe(dollars(exact['impact_usd']!))
  expect(contributors.map(({ usd }) => usd)).toEqual([dollars(exact['c1_usd']!), dollars(exact['c2_usd']!)])
})

test('who is woken reads what to do first; who reads that it is over, no more', () => {
  const first = (event: SampleEvent) => JSON.stringify(renderMessage(sampleEvent(event), options)).includes('*First:*')
  for (const kind of ['spend_spike', 'cost_per_request', 'cache_regression', 'unpriced'] as const) {
    expect(first({ alert: { kind } }), kind).toBe(true)
    expect(first({ event: 'resolved', alert: { kind } }), kind).toBe(false)
  }
})

test('what is over says how long it lasted and what it cost in the end', () => {
  const message = read({ event: 'resolved' })
  expect(message.title).toBe('✅ Over after 2 h 10 min: Spend spike: team search')
  expect(message.text).toContain('It cost $28.06 more than expected')
  expect(message.figures).toMatchObject({
    'Extra cost in the end': '$28.06',
    Until: expect.stringContaining('14:20 UTC'),
  })
})

test('each kind of now has words of its own, and one that costs nobody knows what does not claim $0', () => {
  const unpriced = read({
    alert: { kind: 'unpriced', impactUsd: 0n, impactUsdPerHour: 0n, dims: { model: 'brand-new' } },
    explanation: { unit: 'requests', observed: '37', expected: '0' },
  })
  expect(unpriced.says).toBe('model `brand-new`: 37 requests have no price: what they cost is missing from every total')
  expect(unpriced.figures).toMatchObject({ Cost: 'unknown until it has a price', 'Requests without a price': '37' })
  expect(unpriced.text).not.toContain('$0')
  expect(unpriced.contributors[0]).toEqual({ dimension: 'model', name: 'claude-opus-4-5', share: '83.0 %', usd: '' })

  const cache = read({
    alert: { kind: 'cache_regression', dims: {} },
    explanation: { unit: 'ratio', observed: '0.113', expected: '0.62' },
  })
  expect(cache.title).toBe('🟠 Prompt cache broke: all traffic')
  expect(cache.says).toBe('all traffic: 11.3 % of the input tokens come from the prompt cache, usually 62.0 %')

  const dear = read({
    event: 'escalated',
    alert: { kind: 'cost_per_request', tenant: 'acme', severity: 'critical' },
    explanation: { unit: 'usd_per_request', observed: '0.0123', expected: '0.0068' },
  })
  expect(dear.title).toBe('🔴 Now critical: Requests cost more: team search (tenant acme)')
  expect(dear.says).toBe('team `search` (tenant `acme`): a request costs $0.012 on average, usually $0.0068: 1.8×')
})

test('a kind without words of its own is still told sensibly', () => {
  const message = read({
    alert: { kind: 'error_storm' },
    explanation: { unit: 'requests', observed: '900', expected: '12' },
  })
  expect(message.title).toBe('🟠 Many errors: team search')
  expect(message.says).toBe('team `search`: 900, expected 12: 75×')
})

test('all traffic is a series too', () => {
  const { notes } = read({ explanation: { alsoIn: [{}, { team: 'search', model: 'gpt-4o' }] } })
  expect(notes).toContain('Also seen in all traffic; team `search`, model `gpt-4o`.')
})

test('a message that is late says so', () => {
  const late = readMessage(renderMessage(sampleEvent(), { ...options, nowMs: sampleNowMs + 43 * 60_000 }))
  expect(late.notes).toContain('This message is 43 min late.')
})

const hostileNames = [
  '<!channel>',
  '<!here|here> @channel @everyone',
  '<@U123>',
  '<https://evil.test|click here>',
  'https://evil.test/x',
  '`*_~ break out `',
  '&amp;&lt;!channel&gt;',
  'line one\nline two\u2028• model `fake`: 99 % ($9,999.00)',
  '\u202eevil\u202c\u2066x',
  'בדיקה עברית',
  'a\u0000b\ud800c',
  '\u200b\u200b',
  '',
  '=1+1 alert=forged impact_usd=0',
  '👩‍👩‍👧'.repeat(200),
  'x'.repeat(10_000),
  '&'.repeat(10_000),
]
const hostile = fc.oneof(fc.constantFrom(...hostileNames), fc.string({ unit: 'binary', maxLength: 300 }), fc.string())
const decimal = fc.oneof(
  fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map(decimalFromAtto),
  fc.constantFrom('0', 'NaN', '', '1e9'),
)

test('whatever stands in names and figures: Slack takes it, nobody is called, no link is foreign, no figure is lost', () => {
  const events = fc.record({
    event: fc.constantFrom(...alertEventNames),
    tenant: hostile,
    dims: fc.record({ team: hostile, feature: hostile, model: hostile }, { requiredKeys: [] }),
    kind: fc.constantFrom(...alertKinds),
    unit: fc.constantFrom(...alertUnits),
    observed: decimal,
    expected: decimal,
    baseline: hostile,
    impact: fc.bigInt({ min: 0n, max: 10n ** 30n }),
    contributors: fc.array(fc.record({ dimension: hostile, value: hostile, share: decimal, usd: decimal }), {
      maxLength: 40,
    }),
    alsoIn: fc.array(fc.record({ team: hostile, model: hostile }), { maxLength: 40 }),
  })
  fc.assert(
    fc.property(
      events,
      ({ event, tenant, dims, kind, unit, observed, expected, baseline, impact, contributors, alsoIn }) => {
        const alert = { tenant, dims, kind, impactUsd: impact, impactUsdPerHour: impact }
        const sample = sampleEvent({
          event,
          alert,
          explanation: { unit, observed, expected, baseline, contributors, alsoIn },
        })
        const payload = renderMessage(sample, options)
        expect(checkMessage(JSON.parse(JSON.stringify(payload)))).toEqual([])
        const message = readMessage(payload)
        for (const special of message.special) expect(special).toMatch(/^(!date\^\d+\^|http:\/\/127\.0\.0\.1:4320\/)/)
        expect(message.text).not.toMatch(/@(channel|here|everyone)/)
        expect(JSON.stringify(payload)).not.toMatch(/[\u202a-\u202e\u2066\u2067]|\\n\S*line two/)
        expect(message.exact).toMatchObject({
          impact_usd: decimalFromAtto(impact),
          alert: sample.alert.alertId,
          event: sample.eventId,
        })
        for (const [index, { usd, share }] of message.contributors.entries()) {
          expect(usd).toBe(unit === 'requests' ? '' : dollars(contributors[index]!.usd))
          expect(share).toBe(percent(contributors[index]!.share))
        }
        if (unit === 'requests') expect(Object.values(message.figures)).toContain(count(observed))
      },
    ),
    { numRuns: 300 },
  )
})
