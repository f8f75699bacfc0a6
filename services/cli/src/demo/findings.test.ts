import { expect, test } from 'vitest'
import type { SeenAlert } from './alert-feed.ts'
import { compare } from './findings.ts'
import type { Incident } from './traffic/incidents.ts'

const spike: Incident = { kind: 'spend_spike', feature: 'code-review', fromMs: 1, toMs: 2 }
const cacheBreak: Incident = { kind: 'cache_regression', feature: 'support-assistant', fromMs: 3, toMs: 4 }

function alert(kind: string, dims: Record<string, string>): SeenAlert {
  return {
    id: `${kind}-${JSON.stringify(dims)}`,
    kind,
    dims,
    state: 'open',
    unit: 'usd',
    observed: 2,
    expected: 1,
    impactUsd: '1',
    usdPerHour: '1',
    highestUsdPerHour: '1',
    openedMs: 1,
    resolvedMs: null,
    seenMs: 1,
  }
}

test('an incident is found by an alert of its kind on its feature; all else was also reported', () => {
  const right = alert('spend_spike', { feature: 'code-review' })
  const broad = alert('cache_regression', {})
  const twice = alert('spend_spike', { feature: 'code-review', model: 'm' })
  const { incidents, others } = compare([spike, cacheBreak], [broad, right, twice])
  expect(incidents).toEqual([
    { incident: spike, found: right },
    { incident: cacheBreak, found: undefined },
  ])
  expect(others).toEqual([broad, twice])
})
