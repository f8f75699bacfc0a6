import type { AttributeValue, OtlpLog } from '@spanledger/schemas/events/otlp'

export interface SampleLog extends Partial<Omit<OtlpLog, 'attributes' | 'resource' | 'scope'>> {
  readonly scope?: readonly [name: string, version?: string]
  readonly resource?: Readonly<Record<string, AttributeValue>>
  readonly attributes?: Readonly<Record<string, AttributeValue>>
}

export const sampleTimeMs = Date.UTC(2026, 10, 20, 10)

/** A log record for tests: by nobody known, saying nothing. */
export function sampleLog({ scope = ['my.app'], resource = {}, attributes = {}, ...rest }: SampleLog = {}): OtlpLog {
  return {
    resource: { attributes: new Map(Object.entries(resource)) },
    scope: { name: scope[0], version: scope[1] ?? '' },
    traceId: '',
    spanId: '',
    timeMs: sampleTimeMs,
    eventName: '',
    body: '',
    attributes: new Map(Object.entries(attributes)),
    ...rest,
  }
}
