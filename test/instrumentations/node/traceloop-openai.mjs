import { OpenAIInstrumentation } from '@traceloop/instrumentation-openai'
import OpenAI from 'openai'
import { openaiClient } from './machine.mjs'
import { makeAll } from './openai-calls.mjs'
import { startTelemetry } from './telemetry.mjs'

const tracerProvider = startTelemetry()
const instrumentation = new OpenAIInstrumentation()
instrumentation.setTracerProvider(tracerProvider)
instrumentation.manuallyInstrument(OpenAI)
await makeAll(openaiClient(OpenAI))
await tracerProvider.shutdown()
