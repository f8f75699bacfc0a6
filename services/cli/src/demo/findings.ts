import type { SeenAlert } from './alert-feed.ts'
import type { Incident } from './traffic/incidents.ts'

export interface Findings {
  readonly incidents: readonly { readonly incident: Incident; readonly found: SeenAlert | undefined }[]
  /** Alerts that belong to nothing that was injected. */
  readonly others: readonly SeenAlert[]
}

/** What was found against what was injected: the right kind, on the feature it was injected into. */
export function compare(incidents: readonly Incident[], alerts: readonly SeenAlert[]): Findings {
  const left = new Set(alerts)
  const found = incidents.map((incident) => {
    const alert = alerts.find(
      (candidate) =>
        left.has(candidate) && candidate.kind === incident.kind && candidate.dims.feature === incident.feature,
    )
    if (alert) left.delete(alert)
    return { incident, found: alert }
  })
  return { incidents: found, others: [...left] }
}
