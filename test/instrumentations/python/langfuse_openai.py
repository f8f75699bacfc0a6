"""Langfuse's wrapper of the OpenAI SDK; its own exporter, to the path that the door has for traces."""
import os

import machine

os.environ['LANGFUSE_OTEL_TRACES_EXPORT_PATH'] = 'v1/traces'

from langfuse import Langfuse

langfuse = Langfuse(public_key='pk-lf-test', secret_key='sk-lf-test', base_url=machine.DOOR_URL)

from langfuse.openai import OpenAI

import openai_calls

openai_calls.make_all(OpenAI(api_key=machine.API_KEY, base_url=machine.OPENAI_URL))
langfuse.flush()
langfuse.shutdown()
