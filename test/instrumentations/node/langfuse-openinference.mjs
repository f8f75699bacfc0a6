// Langfuse's span processor forwards the spans of every other library: OpenInference's here, beside Langfuse's own.
import { OpenAIInstrumentation } from '@arizeai/openinference-instrumentation-openai'
import { observeOpenAI } from '@langfuse/openai'
import { LangfuseSpanProcessor } from '@langfuse/otel'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import OpenAI from 'openai'
import { doorUrl, openaiClient } from './machine.mjs'
import { makeAll } from './openai-calls.mjs'
import { startTelemetry } from './telemetry.mjs'

const exporter = new OTLPTraceExporter({ url: `${doorUrl}/v1/traces` })
const processor = new LangfuseSpanProcessor({ publicKey: 'pk-lf-test', secretKey: 'sk-lf-test', exporter })
const tracerProvider = startTelemetry([processor])
new OpenAIInstrumentation({ tracerProvider }).manuallyInstrument(OpenAI)
await makeAll(observeOpenAI(openaiClient(OpenAI)))
await processor.forceFlush()
await tracerProvider.shutdown()
