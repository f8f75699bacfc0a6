from opentelemetry.instrumentation.google_genai import GoogleGenAiSdkInstrumentor
from telemetry import exported

import google_genai_calls

with exported() as provider:
    GoogleGenAiSdkInstrumentor().instrument(tracer_provider=provider)
    google_genai_calls.make_all()
