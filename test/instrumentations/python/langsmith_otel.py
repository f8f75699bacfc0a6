"""LangChain traced by LangSmith in its OpenTelemetry mode alone."""
import os

os.environ.update(
    LANGSMITH_TRACING='true',
    LANGSMITH_OTEL_ENABLED='true',
    LANGSMITH_OTEL_ONLY='true',
    LANGSMITH_API_KEY='lsv2_test',
    LANGSMITH_ENDPOINT='http://127.0.0.1:9',
)
from telemetry import exported

with exported():
    import langchain_calls
    from langchain_core.tracers.langchain import wait_for_all_tracers

    langchain_calls.make_openai(('plain', 'cached', 'written'))
    wait_for_all_tracers()
