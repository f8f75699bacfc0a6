"""The first generation of OpenTelemetry's instrumentation, in the newer of its two dialects."""
import os

os.environ['OTEL_SEMCONV_STABILITY_OPT_IN'] = 'gen_ai_latest_experimental'

from machine import openai_client
from opentelemetry.instrumentation.openai_v2 import OpenAIInstrumentor
from telemetry import exported

import openai_calls

with exported() as provider:
    OpenAIInstrumentor().instrument(tracer_provider=provider)
    openai_calls.make_all(openai_client())
