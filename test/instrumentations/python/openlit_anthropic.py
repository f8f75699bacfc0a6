"""OpenLIT around an Anthropic SDK that writes no spans of its own yet."""
import machine
import openlit

openlit.init(otlp_endpoint=machine.DOOR_URL, disable_metrics=True, application_name=machine.SCENARIO)

import anthropic_calls
from machine import anthropic_client
from opentelemetry import trace

anthropic_calls.make_all(anthropic_client())
trace.get_tracer_provider().shutdown()
