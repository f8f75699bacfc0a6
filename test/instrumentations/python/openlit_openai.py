"""OpenLIT, which switches on every instrumentation that it has."""
import machine
import openlit

openlit.init(otlp_endpoint=machine.DOOR_URL, disable_metrics=True, application_name=machine.SCENARIO)

import openai_calls
from machine import openai_client
from opentelemetry import trace

openai_calls.make_all(openai_client())
trace.get_tracer_provider().shutdown()
