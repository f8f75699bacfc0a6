import { keptAttributes } from '@spanledger/schemas/events/content-attributes'
import { liftedPrefix } from '@spanledger/schemas/events/lifted'
import { expect, test } from 'vitest'
import { aiNames, aiUsage } from './ai-sdk-names.ts'
import { answeredBy, thoughtsBeside } from './google-adk.ts'
import { firstTokenNames, servedUsage } from './inference-server.ts'
import { langfuseNames } from './langfuse.ts'
import { langsmithNames } from './langsmith.ts'
import { litellmNames, litellmUsageNames } from './litellm-names.ts'
import { rawUsage } from './logfire.ts'
import { openinferenceNames, openinferenceUsage } from './openinference-names.ts'
import { names, usageNames } from './otel-genai-names.ts'
import { pydanticUsage } from './pydantic-ai-names.ts'
import { traceloopNames, traceloopUsage } from './traceloop-names.ts'

const inTables = (tables: readonly (readonly [string, readonly string[]])[]) => tables.flatMap(([, read]) => read)

test.each([
  ['the conventions', [...Object.values(names).flat(), ...inTables(usageNames)]],
  ['OpenInference', [...Object.values(openinferenceNames).flat(), ...openinferenceUsage.map(([, name]) => name)]],
  ['Traceloop', [...Object.values(traceloopNames).flat(), ...inTables(traceloopUsage)]],
  ['the AI SDK', [...Object.values(aiNames).flat(), ...inTables(aiUsage)]],
  ['LiteLLM', [...Object.values(litellmNames).flat(), ...inTables(litellmUsageNames), 'metadata.usage_object']],
  ['inference servers', [...inTables(servedUsage), ...firstTokenNames, 'gen_ai.request.id']],
  ['Google ADK', [thoughtsBeside, answeredBy]],
  ['Langfuse', Object.values(langfuseNames)],
  ['LangSmith', Object.values(langsmithNames)],
  ['pydantic-ai and Logfire', ['operation.cost', ...inTables(pydanticUsage)]],
])('every attribute that is read of %s passes the door', (_whose, read) => {
  const sent = read.filter((name) => !name.startsWith(liftedPrefix))
  expect(sent.filter((name) => keptAttributes(name) === 0)).toEqual([])
})

test.each([
  langfuseNames.usage,
  langfuseNames.cost,
  langsmithNames.usage,
  langsmithNames.inputDetails,
  langsmithNames.outputDetails,
  rawUsage,
])('%s may be a text of several kilobytes', (name) => expect(keptAttributes(name)).toBeGreaterThanOrEqual(8192))
