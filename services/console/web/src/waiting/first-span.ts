/** A usage event that the door takes as it is: a fresh id, so that each copy is one charge, and the current time. */
export function firstEventCommand(doorUrl: string, eventId: string, at: Date): string {
  return `curl ${doorUrl}/v1/usage -H 'Content-Type: application/json' -d '{
  "event_id": "${eventId}", "at": "${at.toISOString()}",
  "provider": "openai", "model": "gpt-4o",
  "usage": {"input_tokens": 1200, "cache_read_tokens": 1024, "output_tokens": 150},
  "attribution": {"team": "search", "feature": "summaries"}
}'`
}

/** What points an existing OpenTelemetry SDK here. */
export function otelEnvironment(doorUrl: string): string {
  return [
    `export OTEL_EXPORTER_OTLP_ENDPOINT=${doorUrl}`,
    'export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf',
    'export OTEL_SEMCONV_STABILITY_OPT_IN=gen_ai_latest_experimental',
    'export OTEL_RESOURCE_ATTRIBUTES=spanledger.team=search,spanledger.feature=summaries',
  ].join('\n')
}

/** A random UUID, also where the page is not in a secure context and `randomUUID` is missing. */
export function freshId(): string {
  if ('randomUUID' in crypto) return crypto.randomUUID()
  const bytes = (crypto as Crypto).getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
