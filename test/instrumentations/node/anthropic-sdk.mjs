// Nothing installed: does the SDK write spans of its own here too?
import Anthropic from '@anthropic-ai/sdk'
import { makeAll } from './anthropic-calls.mjs'
import { anthropicClient } from './machine.mjs'
import { startTelemetry } from './telemetry.mjs'

const tracerProvider = startTelemetry()
await makeAll(anthropicClient(Anthropic))
await tracerProvider.shutdown()
