import { hexOf } from '../../traces/seeded.ts'
import { createArrivals } from './arrivals.ts'
import { createRequestMaker, type DemoRequest } from './demo-request.ts'
import { features } from './features.ts'
import { type Incident, spikeOutputFactor } from './incidents.ts'
import { loadProfiles } from './profile.ts'

export interface DemoTraffic {
  /** Every request that starts at or after `fromMs` and before `toMs`, in order. Two halves make the whole. */
  between(fromMs: number, toMs: number): DemoRequest[]
  /** About how many that will be. */
  expected(fromMs: number, toMs: number): number
}

/** A request may come so many places earlier or later than an even flow would have it. */
const jitter = 2
const minuteMs = 60_000

/** The traffic of the imagined company: a function of seed and time, whatever was asked for before. */
export function createDemoTraffic(seed: number, incidents: readonly Incident[] = []): DemoTraffic {
  const profiles = loadProfiles()
  const flows = features.map((feature) => ({
    feature,
    arrivals: createArrivals(profiles[feature.profile].hourly, feature.requestsPerWeek),
    make: createRequestMaker({ seed, feature, profile: profiles[feature.profile], incidents }),
  }))
  type Flow = (typeof flows)[number]

  function* usual({ feature, arrivals, make }: Flow, fromMs: number, toMs: number): Generator<DemoRequest> {
    const last = Math.ceil(arrivals.expectedUntil(toMs)) + jitter
    for (let number = Math.floor(arrivals.expectedUntil(fromMs)) - jitter - 1; number <= last; number++) {
      const at = arrivals.timeOf(number + 2 * jitter * (fractionOf(`${seed}/${feature.name}/${number}`) - 0.5))
      if (at >= fromMs && at < toMs) yield make({ number, at, label: String(number), outputFactor: 1 })
    }
  }

  function* spike({ feature, make }: Flow, incident: Incident, fromMs: number, toMs: number): Generator<DemoRequest> {
    const everyMs = minuteMs / (incident.requestsPerMinute ?? 0)
    const last = Math.min(toMs, incident.toMs)
    const first = Math.max(0, Math.floor((fromMs - incident.fromMs) / everyMs))
    for (let number = first; incident.fromMs + number * everyMs < last; number++) {
      const place = number + fractionOf(`${seed}/${feature.name}/spike/${number}`)
      const at = Math.floor(incident.fromMs + place * everyMs)
      if (at >= fromMs && at < last)
        yield make({ number, at, label: `retry-${number}`, outputFactor: spikeOutputFactor })
    }
  }

  return {
    between(fromMs, toMs) {
      const found: DemoRequest[] = []
      for (const flow of flows) {
        found.push(...usual(flow, fromMs, toMs))
        for (const incident of incidents) {
          if (incident.kind !== 'spend_spike' || incident.feature !== flow.feature.name) continue
          found.push(...spike(flow, incident, fromMs, toMs))
        }
      }
      return found.sort((a, b) => a.at - b.at || (a.eventId < b.eventId ? -1 : 1))
    },
    expected: (fromMs, toMs) =>
      Math.round(
        flows.reduce((sum, { arrivals }) => sum + arrivals.expectedUntil(toMs) - arrivals.expectedUntil(fromMs), 0),
      ),
  }
}

function fractionOf(label: string): number {
  return Number.parseInt(hexOf(label, 12), 16) / 2 ** 48
}
