"""Langfuse's wrapper of the OpenAI SDK in a service that exports as well: what Langfuse itself sends is the same again."""
import os

import machine
from telemetry import exported

os.environ.update(
    LANGFUSE_OTEL_TRACES_EXPORT_PATH='v1/traces',
    LANGFUSE_BASE_URL=machine.DOOR_URL,
    LANGFUSE_HOST=machine.DOOR_URL,
)

with exported() as provider:
    from langfuse import Langfuse

    langfuse = Langfuse(public_key='pk-lf-test', secret_key='sk-lf-test', tracer_provider=provider)

    from langfuse.openai import OpenAI

    import openai_calls

    openai_calls.make_all(OpenAI(api_key=machine.API_KEY, base_url=machine.OPENAI_URL))
    langfuse.flush()
