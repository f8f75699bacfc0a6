import * as ai from 'ai-7'
import { createAnthropic } from 'ai-anthropic-4'
import { createOpenAI } from 'ai-openai-4'
import { LegacyOpenTelemetry } from 'ai-otel-7'
import { makeAll } from './ai-sdk-calls.mjs'
import { startTelemetry } from './telemetry.mjs'

const provider = startTelemetry()
ai.registerTelemetry(new LegacyOpenTelemetry())
await makeAll({ ai, createOpenAI, createAnthropic, telemetry: { telemetry: { functionId: 'answers' } } })
await provider.shutdown()
