"""OpenInference of LangChain beside the spans of the Anthropic SDK."""
from openinference.instrumentation.langchain import LangChainInstrumentor
from telemetry import exported

import langchain_calls

with exported() as provider:
    LangChainInstrumentor().instrument(tracer_provider=provider)
    langchain_calls.make_anthropic(('plain', 'written-both', 'thinking'))
