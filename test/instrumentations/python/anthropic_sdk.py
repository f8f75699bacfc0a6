"""Nothing installed: the Anthropic SDK writes spans as soon as there is a tracer provider."""
from machine import anthropic_client
from telemetry import exported

import anthropic_calls

with exported():
    anthropic_calls.make_all(anthropic_client())
