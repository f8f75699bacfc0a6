// The tracer provider of a service that exports OTLP to the door, as OpenTelemetry's getting started has it.
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { detectResources, envDetector } from '@opentelemetry/resources'
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node'
import { doorUrl } from './machine.mjs'

/** Resource and tenant come from OTEL_RESOURCE_ATTRIBUTES. */
export function startTelemetry(
  processors = [new BatchSpanProcessor(new OTLPTraceExporter({ url: `${doorUrl}/v1/traces` }))],
) {
  const resource = detectResources({ detectors: [envDetector] })
  const provider = new NodeTracerProvider({ resource, spanProcessors: processors })
  provider.register()
  return provider
}
