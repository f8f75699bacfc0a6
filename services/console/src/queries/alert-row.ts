import { type AlertExplanationView, type AlertRow, alertExplanationSchema } from '@spanledger/schemas/api/alerts'
import { attoFromDecimal, decimalFromAtto } from '@spanledger/schemas/money'
import { instant } from './instant.ts'

const ms = (column: string) => `toString(toUnixTimestamp64Milli(alerts.${column})) AS ${column}_ms`

/** What a row of `alerts` is read as; prefixed names, because an alias would stand for its column in WHERE. */
export const alertColumns = `tenant, toString(alert_id) AS id, rule, kind, state, severity, ${ms('opened_at')},
  ${ms('updated_at')}, ${ms('resolved_at')}, dims, toString(observed) AS observed_text,
  toString(expected) AS expected_text, toString(impact_usd) AS impact, toString(impact_usd_per_hour) AS impact_per_hour,
  explanation, runbook`

export interface AlertColumns {
  readonly tenant: string
  readonly id: string
  readonly rule: string
  readonly kind: string
  readonly state: string
  readonly severity: string
  readonly opened_at_ms: string
  readonly updated_at_ms: string
  readonly resolved_at_ms: string | null
  readonly dims: Readonly<Record<string, string>>
  readonly observed_text: string
  readonly expected_text: string
  readonly impact: string
  readonly impact_per_hour: string
  readonly explanation: string
  readonly runbook: string
}

/** An explanation that cannot be read is null; the figures are then those of the columns. */
export function alertFrom(row: AlertColumns): { alert: AlertRow; explanation: AlertExplanationView | null } {
  const explanation = explanationFrom(row.explanation)
  const alert: AlertRow = {
    tenant: row.tenant,
    alert_id: row.id,
    rule: row.rule,
    kind: row.kind,
    state: row.state,
    severity: row.severity,
    opened_at: instant(row.opened_at_ms),
    updated_at: instant(row.updated_at_ms),
    resolved_at: row.resolved_at_ms === null ? null : instant(row.resolved_at_ms),
    dims: row.dims,
    unit: explanation?.unit ?? null,
    observed: explanation?.observed ?? plainDecimal(row.observed_text),
    expected: explanation?.expected ?? plainDecimal(row.expected_text),
    impact_usd: decimalFromAtto(attoFromDecimal(row.impact)),
    impact_usd_per_hour: decimalFromAtto(attoFromDecimal(row.impact_per_hour)),
    historical: explanation?.historical ?? false,
    runbook: row.runbook,
  }
  return { alert, explanation }
}

function explanationFrom(json: string): AlertExplanationView | null {
  try {
    return alertExplanationSchema.safeParse(JSON.parse(json)).data ?? null
  } catch {
    return null
  }
}

/** A float as ClickHouse writes it, without exponent or NaN. */
function plainDecimal(text: string): string {
  const value = Number(text)
  return Number.isFinite(value) ? value.toFixed(18).replace(/\.?0+$/, '') : '0'
}
