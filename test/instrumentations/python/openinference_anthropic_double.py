"""OpenInference around the Anthropic SDK, which writes spans of its own."""
from machine import anthropic_client
from openinference.instrumentation.anthropic import AnthropicInstrumentor
from telemetry import exported

import anthropic_calls

with exported() as provider:
    AnthropicInstrumentor().instrument(tracer_provider=provider)
    anthropic_calls.make_all(anthropic_client())
