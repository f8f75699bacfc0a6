import type { AttributeValue, OtlpResource, OtlpScope, OtlpSpan } from '@spanledger/schemas/events/otlp'

export interface SampleSpan extends Partial<Omit<OtlpSpan, 'attributes' | 'resource' | 'scope'>> {
  readonly scope?: readonly [name: string, version?: string]
  readonly resource?: Readonly<Record<string, AttributeValue>>
  readonly attributes?: Readonly<Record<string, AttributeValue>>
}

export const sampleStartMs = Date.UTC(2026, 10, 20, 10)

/** A span for tests: a client call that took 800 ms, by nobody known, saying nothing. */
export function sampleSpan({ scope = ['my.app'], resource = {}, attributes = {}, ...rest }: SampleSpan = {}): OtlpSpan {
  const owner: OtlpResource = { attributes: new Map(Object.entries(resource)) }
  const by: OtlpScope = { name: scope[0], version: scope[1] ?? '' }
  return {
    resource: owner,
    scope: by,
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    parentSpanId: '',
    name: 'chat gpt-4o',
    kind: 3,
    startMs: sampleStartMs,
    endMs: sampleStartMs + 800,
    statusCode: 0,
    attributes: new Map(Object.entries(attributes)),
    ...rest,
  }
}
