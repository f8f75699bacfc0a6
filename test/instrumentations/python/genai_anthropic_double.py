"""OpenTelemetry's instrumentation around the Anthropic SDK, which writes spans of its own."""
from machine import anthropic_client
from opentelemetry.instrumentation.genai.anthropic import AnthropicInstrumentor
from telemetry import exported

import anthropic_calls

with exported() as provider:
    AnthropicInstrumentor().instrument(tracer_provider=provider)
    anthropic_calls.make_all(anthropic_client())
