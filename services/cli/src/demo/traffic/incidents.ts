import { fractionsOf, picked } from '../../traces/seeded.ts'

/** Something that goes wrong in the demo's traffic. Only the producer knows of it: the detector has to find it. */
export interface Incident {
  readonly kind: 'spend_spike' | 'cache_regression'
  readonly feature: string
  /** Event time, half open. */
  readonly fromMs: number
  readonly toMs: number
  /** Of a spike: requests on top of the usual ones. */
  readonly requestsPerMinute?: number
}

/** Longer answers than usual, by this factor, while a spike lasts. */
export const spikeOutputFactor = 1.25

const minuteMs = 60_000
/** Quiet time before the first, between the two, and after the second, in which each is seen to end. */
const leadMinutes = 15
const gapMinutes = 20
const tailMinutes = 75
const canSpike = ['support-assistant', 'document-search', 'code-review']
/** Busy enough at any hour for a hit ratio to mean something within the hour. */
const canLoseCache = ['support-assistant', 'document-search']

/** The shortest stretch into which every plan fits. */
export const incidentsNeedMs = (leadMinutes + 50 + gapMinutes + 70 + tailMinutes) * minuteMs

/**
 * One spike (a feature stuck in a retry loop) and one cache break (a prompt template that starts with the time of day, so
 * that no prefix matches) at places that depend on the seed: features of two teams, in either order, not at the same time.
 */
export function planIncidents(seed: number, fromMs: number, toMs: number): Incident[] {
  const [ofOrder, ofSpike, ofBreak, ofSpikeFeature, ofBreakFeature] = fractionsOf(`demo/${seed}/incidents/what`)
  const [ofLead, ofGap, ofRate] = fractionsOf(`demo/${seed}/incidents/where`)
  const broken = picked(canLoseCache, ofBreakFeature)
  const spiking = picked(
    canSpike.filter((feature) => feature !== broken),
    ofSpikeFeature,
  )
  const spikeMinutes = Math.round(35 + 15 * ofSpike)
  const breakMinutes = Math.round(50 + 20 * ofBreak)
  const spareMinutes =
    (toMs - fromMs) / minuteMs - (leadMinutes + gapMinutes + tailMinutes + spikeMinutes + breakMinutes)
  const firstAtMs = fromMs + Math.round(leadMinutes + spareMinutes * ofLead) * minuteMs
  const gapMs = Math.floor(gapMinutes + spareMinutes * (1 - ofLead) * ofGap) * minuteMs

  const spikeFirst = ofOrder < 0.5
  const spikeFromMs = spikeFirst ? firstAtMs : firstAtMs + breakMinutes * minuteMs + gapMs
  const breakFromMs = spikeFirst ? firstAtMs + spikeMinutes * minuteMs + gapMs : firstAtMs
  const spike: Incident = {
    kind: 'spend_spike',
    feature: spiking,
    fromMs: spikeFromMs,
    toMs: spikeFromMs + spikeMinutes * minuteMs,
    requestsPerMinute: 14 + 4 * ofRate,
  }
  const cacheBreak: Incident = {
    kind: 'cache_regression',
    feature: broken,
    fromMs: breakFromMs,
    toMs: breakFromMs + breakMinutes * minuteMs,
  }
  return spikeFirst ? [spike, cacheBreak] : [cacheBreak, spike]
}
