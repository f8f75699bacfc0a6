/** What `detail` says of a delivery: the event it was about and, where it was not taken, why. Missing is ''. */
export function deliveryFrom(detail: string): { readonly event: string; readonly reason: string } {
  let read: unknown
  try {
    read = JSON.parse(detail)
  } catch {
    read = {}
  }
  const { event, reason } = (typeof read === 'object' && read !== null ? read : {}) as Record<string, unknown>
  return { event: typeof event === 'string' ? event : '', reason: typeof reason === 'string' ? reason : '' }
}
