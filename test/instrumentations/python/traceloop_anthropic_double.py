"""Traceloop beside the spans of the Anthropic SDK: two roots, in two traces."""
from machine import anthropic_client
from opentelemetry.instrumentation.anthropic import AnthropicInstrumentor
from telemetry import exported

import anthropic_calls

with exported() as provider:
    AnthropicInstrumentor().instrument(tracer_provider=provider)
    anthropic_calls.make_all(anthropic_client())
