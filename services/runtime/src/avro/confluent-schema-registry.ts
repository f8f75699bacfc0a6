import { SpanledgerError } from '../errors.ts'
import { readBounded } from './read-bounded.ts'
import { forbiddenHint, judgeAnswer, unreachableHint } from './registry-status.ts'
import type { SchemaLookup, SchemaRegistry } from './schema-registry.ts'

export interface ConfluentSchemaRegistryOptions {
  /** With or without a base path: `http://registry:8081`, `http://apicurio:8080/apis/ccompat/v7`. */
  readonly url: string
  readonly user?: string | undefined
  readonly password?: string | undefined
  /** For one answer; default 5 seconds. */
  readonly timeoutMs?: number
  readonly fetch?: typeof fetch
}

interface Answer {
  readonly status: number
  readonly json: Readonly<Record<string, unknown>>
  /** The answer was longer than `maxAnswerBytes`, and not read. */
  readonly tooLarge: boolean
}

const maxAnswerBytes = 1024 * 1024
const mediaType = 'application/vnd.schemaregistry.v1+json'

/**
 * A registry with Confluent's API: Confluent's own, Apicurio (`/apis/ccompat/v7`), Karapace, Redpanda. What it says of an
 * id never changes, so callers keep what they found.
 */
export function createConfluentSchemaRegistry(options: ConfluentSchemaRegistryOptions): SchemaRegistry {
  const { url, user, password = '', timeoutMs = 5_000, fetch: send = fetch } = options
  const base = url.replace(/\/+$/, '')
  const headers = {
    accept: `${mediaType}, application/json`,
    'content-type': mediaType,
    ...(user !== undefined && { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` }),
  }

  async function ask(doing: string, path: string, body?: unknown): Promise<Answer> {
    try {
      const signal = AbortSignal.timeout(timeoutMs)
      const response = await send(`${base}${path}`, {
        headers,
        signal,
        ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
      })
      const text = await readBounded(response, maxAnswerBytes)
      return { status: response.status, json: parse(text), tooLarge: text === undefined }
    } catch (cause) {
      const late = cause instanceof Error && cause.name === 'TimeoutError'
      const why = late ? `no answer within ${timeoutMs} ms` : reasonOf(cause)
      throw problem('SCHEMA_REGISTRY_UNAVAILABLE', doing, why, { retryable: true, hint: unreachableHint, cause })
    }
  }

  /** The answer of a registry that did what was asked, or knows nothing of it, or does not let us. */
  async function settled(doing: string, path: string, body?: unknown) {
    const answer = await ask(doing, path, body)
    const verdict = judgeAnswer(answer.status, answer.json['error_code'])
    if (verdict.kind !== 'error') return { kind: verdict.kind, answer }
    throw problem(verdict.code, doing, sayStatus(answer), verdict)
  }

  function forbidden(doing: string, answer: Answer): SpanledgerError {
    return problem('SCHEMA_REGISTRY_FORBIDDEN', doing, sayStatus(answer), { retryable: true, hint: forbiddenHint })
  }

  return {
    async register(subject, schema) {
      const path = `/subjects/${encodeURIComponent(subject)}`
      const doing = `register the schema of ${subject}`
      let { kind, answer } = await settled(doing, `${path}/versions`, { schema })
      // Who may not write may still read what somebody registered.
      if (kind === 'forbidden') ({ kind, answer } = await settled(doing, path, { schema }))
      const { id } = answer.json
      if (kind === 'ok' && Number.isSafeInteger(id)) return id as number
      if (kind === 'forbidden') throw forbidden(doing, answer)
      if (kind === 'unknown') {
        throw problem('SCHEMA_NOT_REGISTERED', doing, 'this user may not, and nobody else has', {
          retryable: true,
          hint: `let this user write the subject ${subject}, or register the schema of schemas/events there yourself`,
        })
      }
      throw problem('SCHEMA_REGISTRY_UNAVAILABLE', doing, 'the answer has no id', {
        retryable: true,
        hint: unreachableHint,
      })
    },

    async lookup(id): Promise<SchemaLookup> {
      const doing = `look up schema ${id}`
      const { kind, answer } = await settled(doing, `/schemas/ids/${id}`)
      if (kind === 'unknown') return { kind: 'unknown' }
      if (kind === 'forbidden') throw forbidden(doing, answer)
      if (answer.tooLarge) return { kind: 'unusable', problem: `it is larger than ${maxAnswerBytes} bytes` }
      const { schema, schemaType = 'AVRO', references } = answer.json
      if (schemaType !== 'AVRO') return { kind: 'unusable', problem: 'it is not an Avro schema' }
      if (Array.isArray(references) && references.length > 0) {
        return { kind: 'unusable', problem: 'it refers to other schemas: register it in one piece' }
      }
      if (typeof schema === 'string') return { kind: 'found', schema }
      throw problem('SCHEMA_REGISTRY_UNAVAILABLE', doing, 'the answer has no schema', {
        retryable: true,
        hint: unreachableHint,
      })
    },
  }
}

function problem(
  code: string,
  doing: string,
  why: string,
  options: { readonly retryable: boolean; readonly hint: string; readonly cause?: unknown },
): SpanledgerError {
  return new SpanledgerError(code, `the schema registry cannot ${doing}: ${why}`, options)
}

function sayStatus({ status, json }: Answer): string {
  const message = typeof json['message'] === 'string' ? `: ${json['message'].slice(0, 200)}` : ''
  return `it answers ${status}${message}`
}

function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: unknown; message?: unknown } }
  return String(cause?.code ?? cause?.message ?? (error as Error).message)
}

function parse(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(text ?? '{}')
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
