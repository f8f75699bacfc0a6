"""Two instrumentations of a client that calls through a gateway, whose host only one of them names."""
import machine
import openai
from opentelemetry.instrumentation.genai.openai import OpenAIInstrumentor as GenaiInstrumentor
from opentelemetry.instrumentation.openai import OpenAIInstrumentor as TraceloopInstrumentor
from telemetry import exported

import openai_calls

with exported() as provider:
    GenaiInstrumentor().instrument(tracer_provider=provider)
    TraceloopInstrumentor().instrument(tracer_provider=provider)
    url = f'http://llm-gateway.internal:{machine.PROVIDER_PORT}/v1'
    openai_calls.make_all(openai.OpenAI(api_key=machine.API_KEY, base_url=url))
