"""Traceloop and OpenTelemetry's own instrumentation on one client."""
from machine import openai_client
from opentelemetry.instrumentation.genai.openai import OpenAIInstrumentor as GenaiInstrumentor
from opentelemetry.instrumentation.openai import OpenAIInstrumentor as TraceloopInstrumentor
from telemetry import exported

import openai_calls

with exported() as provider:
    GenaiInstrumentor().instrument(tracer_provider=provider)
    TraceloopInstrumentor().instrument(tracer_provider=provider)
    openai_calls.make_all(openai_client())
