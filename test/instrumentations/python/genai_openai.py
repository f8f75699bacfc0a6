from machine import openai_client
from opentelemetry.instrumentation.genai.openai import OpenAIInstrumentor
from telemetry import exported

import openai_calls

with exported() as provider:
    OpenAIInstrumentor().instrument(tracer_provider=provider)
    openai_calls.make_all(openai_client())
