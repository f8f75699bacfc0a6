import { OpenAIInstrumentation } from '@arizeai/openinference-instrumentation-openai'
import OpenAI from 'openai'
import { openaiClient } from './machine.mjs'
import { makeAll } from './openai-calls.mjs'
import { startTelemetry } from './telemetry.mjs'

const tracerProvider = startTelemetry()
new OpenAIInstrumentation({ tracerProvider }).manuallyInstrument(OpenAI)
await makeAll(openaiClient(OpenAI))
await tracerProvider.shutdown()
