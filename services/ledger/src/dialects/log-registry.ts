import type { OtlpLog } from '@spanledger/schemas/events/otlp'
import { firstText } from './attributes.ts'
import { claudeCode } from './claude-code.ts'
import { codex } from './codex.ts'
import { geminiCli } from './gemini-cli.ts'
import type { LogDialect, LogDrop } from './log-dialect.ts'
import { createScopeLookup } from './scope-match.ts'

const dialects: readonly LogDialect[] = [claudeCode, codex, geminiCli]

/** Events of no request, by the beginning of their names; the first that fits. */
const others: readonly (readonly [prefix: string, drop: LogDrop])[] = [
  // The attributes of a span over again.
  ['gen_ai.client.inference.operation.details', 'told_elsewhere'],
  // One for each message of a request, in older conventions: without usage.
  ['gen_ai.', 'not_a_request'],
  // Gemini CLI's child, whose counts come from other providers' and mean what theirs mean.
  ['qwen-code.', 'dialect_not_supported'],
]

export type RecognisedLog =
  | { readonly kind: 'event'; readonly dialect: LogDialect; readonly event: string }
  | { readonly kind: 'drop'; readonly reason: LogDrop }

const nobodys: RecognisedLog = { kind: 'drop', reason: 'not_genai' }

/** By the event's full name, wherever the record says it; else by its scope or service, which say whose a short name is. */
export function recogniseLog(log: OtlpLog): RecognisedLog {
  const attribute = firstText(log.attributes, ['event.name']) ?? ''
  for (const name of [attribute, log.eventName, log.body]) {
    if (name === '') continue
    const dialect = dialects.find(({ namespace }) => name.startsWith(namespace))
    if (dialect) return { kind: 'event', dialect, event: name.slice(dialect.namespace.length) }
    const other = others.find(([prefix]) => name.startsWith(prefix))
    if (other) return { kind: 'drop', reason: other[1] }
  }
  const event = attribute || log.eventName
  const dialect = event === '' ? undefined : writtenBy(log)
  return dialect ? { kind: 'event', dialect, event } : nobodys
}

const findScope = createScopeLookup(
  dialects.flatMap((dialect) => dialect.scopes.map((match) => ({ ...match, dialect }))),
)

function writtenBy({ scope, resource }: OtlpLog): LogDialect | undefined {
  const byScope = findScope(scope.name, scope.version)
  if (byScope) return byScope.dialect
  const service = firstText(resource.attributes, ['service.name'])
  return service === undefined ? undefined : dialects.find(({ services }) => services.includes(service))
}
