import * as ai from 'ai-5'
import { createAnthropic } from 'ai-anthropic-2'
import { createOpenAI } from 'ai-openai-2'
import { makeAll } from './ai-sdk-calls.mjs'
import { startTelemetry } from './telemetry.mjs'

const provider = startTelemetry()
const telemetry = { experimental_telemetry: { isEnabled: true, functionId: 'answers', metadata: { userId: 'u-1' } } }
await makeAll({ ai, createOpenAI, createAnthropic, telemetry })
await provider.shutdown()
