"""OpenInference of LangChain and of the OpenAI SDK below it: two spans in two traces for every request."""
from openinference.instrumentation.langchain import LangChainInstrumentor
from openinference.instrumentation.openai import OpenAIInstrumentor
from telemetry import exported

import langchain_calls

with exported() as provider:
    LangChainInstrumentor().instrument(tracer_provider=provider)
    OpenAIInstrumentor().instrument(tracer_provider=provider)
    langchain_calls.make_openai(('plain', 'cached', 'written'))
