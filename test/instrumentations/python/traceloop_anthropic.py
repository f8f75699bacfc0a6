"""Traceloop alone, the SDK's own spans switched off by ANTHROPIC_OPEN_TELEMETRY=false."""
import os

os.environ['ANTHROPIC_OPEN_TELEMETRY'] = 'false'

from machine import anthropic_client
from opentelemetry.instrumentation.anthropic import AnthropicInstrumentor
from telemetry import exported

import anthropic_calls

with exported() as provider:
    AnthropicInstrumentor().instrument(tracer_provider=provider)
    anthropic_calls.make_all(anthropic_client())
