from openinference.instrumentation.google_genai import GoogleGenAIInstrumentor
from telemetry import exported

import google_genai_calls

with exported() as provider:
    GoogleGenAIInstrumentor().instrument(tracer_provider=provider)
    google_genai_calls.make_all()
