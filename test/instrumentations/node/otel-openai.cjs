// OpenTelemetry's own instrumentation patches what is required after it.
const { OpenAIInstrumentation } = require('@opentelemetry/instrumentation-openai')
const { registerInstrumentations } = require('@opentelemetry/instrumentation')

async function main() {
  const { openaiClient } = await import('./machine.mjs')
  const { startTelemetry } = await import('./telemetry.mjs')
  const { makeAll } = await import('./openai-calls.mjs')
  const tracerProvider = startTelemetry()
  registerInstrumentations({ instrumentations: [new OpenAIInstrumentation()], tracerProvider })
  await makeAll(openaiClient(require('openai').OpenAI))
  await tracerProvider.shutdown()
}
void main()
