import Anthropic from '@anthropic-ai/sdk'
import { AnthropicInstrumentation } from '@arizeai/openinference-instrumentation-anthropic'
import { makeAll } from './anthropic-calls.mjs'
import { anthropicClient } from './machine.mjs'
import { startTelemetry } from './telemetry.mjs'

const tracerProvider = startTelemetry()
const instrumentation = new AnthropicInstrumentation({ tracerProvider })
instrumentation.manuallyInstrument(Anthropic)
await makeAll(anthropicClient(Anthropic))
await tracerProvider.shutdown()
