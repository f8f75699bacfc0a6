import { asSpan } from '@spanledger/cli/traces/as-span'
import type { TimedRequest } from '@spanledger/cli/traces/rebase'

/** A span as one line for the Python exporter. */
export function spanLine(request: TimedRequest): unknown {
  const { resource, scope, attributes, ...span } = asSpan(request)
  return {
    ...span,
    scope,
    attributes: Object.fromEntries(attributes),
    resource: Object.fromEntries(resource.attributes),
  }
}
