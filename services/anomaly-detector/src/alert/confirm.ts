import type { AlertRule } from '@spanledger/schemas/config/alerts'

/** Of a part that stands for the whole around it, so much of each minimum of volume is enough. */
const partOfWhole = 0.7

/** Whether exact figures hold what screening took for an alert. */
export function confirms(
  rule: AlertRule,
  figures: { readonly observed: string; readonly expected: string; readonly requests: string },
): boolean {
  const [observed, expected, requests] = [figures.observed, figures.expected, figures.requests].map(Number) as [
    number,
    number,
    number,
  ]
  switch (rule.kind) {
    case 'spend_spike':
      return (
        observed >= rule.ratio * expected &&
        observed - expected >= partOfWhole * rule.min_excess_usd &&
        requests >= partOfWhole * rule.min_requests
      )
    case 'cost_per_request':
      return (
        observed >= rule.ratio * expected &&
        (observed - expected) * requests >= partOfWhole * rule.min_excess_usd &&
        requests >= partOfWhole * rule.min_requests
      )
    case 'cache_regression':
      return expected - observed >= Math.max(rule.min_drop, rule.min_relative_drop * expected)
    case 'unpriced':
      return observed >= rule.min_requests
  }
}
