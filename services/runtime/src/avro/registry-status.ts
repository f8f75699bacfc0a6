/** What an answer of the registry means. `unknown` and `forbidden` depend on what was asked. */
export type RegistryVerdict =
  | { readonly kind: 'ok' | 'unknown' | 'forbidden' }
  | { readonly kind: 'error'; readonly code: string; readonly retryable: boolean; readonly hint: string }

const unavailable = (hint: string): RegistryVerdict => ({
  kind: 'error',
  code: 'SCHEMA_REGISTRY_UNAVAILABLE',
  retryable: true,
  hint,
})

/** By HTTP status: 401 and 403 are the configuration's fault, but are often put right while we wait. */
const verdicts: Readonly<Record<number, RegistryVerdict>> = {
  200: { kind: 'ok' },
  401: { kind: 'forbidden' },
  403: { kind: 'forbidden' },
  409: {
    kind: 'error',
    code: 'SCHEMA_REGISTRY_CONFLICT',
    retryable: false,
    hint: 'this subject holds a schema that ours does not follow: give spanledger topics of its own (KAFKA_TOPIC_PREFIX)',
  },
  422: {
    kind: 'error',
    code: 'SCHEMA_REGISTRY_REFUSED',
    retryable: false,
    hint: 'the registry does not take this schema: see its log',
  },
}

/** The registry's own words for "no such schema", "no such subject" and "no such version". */
const unknownCodes = new Set([40_401, 40_402, 40_403])

/**
 * A 404 is "unknown" only when the registry itself says so, in its JSON: another server's 404 (a wrong base path, a proxy)
 * would else turn every event into a dead letter.
 */
export function judgeAnswer(status: number, errorCode: unknown): RegistryVerdict {
  if (status === 404) {
    if (unknownCodes.has(Number(errorCode))) return { kind: 'unknown' }
    return unavailable('what answers there is no schema registry: check the path of SCHEMA_REGISTRY_URL')
  }
  return verdicts[status] ?? unavailable('see the log of the registry; the call is repeated')
}

export const forbiddenHint = 'check SCHEMA_REGISTRY_USER and SCHEMA_REGISTRY_PASSWORD and what that user may read'
export const unreachableHint = 'check SCHEMA_REGISTRY_URL and that the registry runs; the call is repeated'
