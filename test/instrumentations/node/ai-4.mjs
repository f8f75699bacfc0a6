import * as ai from 'ai-4'
import { createAnthropic } from 'ai-anthropic-1'
import { createOpenAI } from 'ai-openai-1'
import { makeAll } from './ai-sdk-calls.mjs'
import { startTelemetry } from './telemetry.mjs'

const provider = startTelemetry()
const telemetry = { experimental_telemetry: { isEnabled: true, functionId: 'answers', metadata: { userId: 'u-1' } } }
await makeAll({ ai, createOpenAI, createAnthropic, telemetry })
await provider.shutdown()
