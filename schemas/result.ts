/** What a step returns: bad data is a value with a reason, never an exception. */
export type Result<T, Reason extends string> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'drop'; readonly reason: Reason }
  | { readonly kind: 'reject'; readonly reason: Reason; readonly message: string }

export function ok<T>(value: T): { kind: 'ok'; value: T } {
  return { kind: 'ok', value }
}

/** Nothing to charge here, and nothing wrong: counted by reason. */
export function drop<Reason extends string>(reason: Reason): { kind: 'drop'; reason: Reason } {
  return { kind: 'drop', reason }
}

/** Cannot be charged as it is: kept in the dead-letter topic with its reason. `message` carries no content. */
export function reject<Reason extends string>(
  reason: Reason,
  message: string,
): { kind: 'reject'; reason: Reason; message: string } {
  return { kind: 'reject', reason, message }
}
