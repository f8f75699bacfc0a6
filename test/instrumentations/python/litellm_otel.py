"""LiteLLM with its callback `otel`."""
import gc
import os

import machine

os.environ.update(OTEL_EXPORTER='otlp_http', OTEL_ENDPOINT=f'{machine.DOOR_URL}/v1/traces')
import litellm

# LiteLLM leaves streams of Anthropic unread by one line: collected in the midst of the next request, they lock httpcore up.
gc.disable()

OPENAI = {'model': 'openai/gpt-4o', 'api_base': machine.OPENAI_URL, 'api_key': machine.API_KEY}
ANTHROPIC = {
    'model': 'anthropic/claude-sonnet-4-5-20250929',
    'api_base': machine.ANTHROPIC_URL,
    'api_key': machine.API_KEY,
}


def prompt(case):
    return [{'role': 'user', 'content': f'In a few words, case:{case} please.'}]


def ask(target, cases):
    for case in cases:
        litellm.completion(**target, messages=prompt(case))
    for case in cases:
        for options in ({'stream_options': {'include_usage': True}}, {}):
            for _ in litellm.completion(**target, messages=prompt(case), stream=True, **options):
                pass
    try:
        litellm.completion(**target, messages=prompt('bad'))
    except litellm.BadRequestError:
        return
    raise AssertionError('the provider answered a request that it should have refused')


litellm.callbacks = ['otel']
ask(OPENAI, ('plain', 'cached', 'written', 'audio'))
ask(ANTHROPIC, ('plain', 'written', 'written-1h', 'written-both', 'thinking'))
litellm.embedding(
    model='openai/text-embedding-3-small',
    input=['case:plain'],
    api_base=machine.OPENAI_URL,
    api_key=machine.API_KEY,
)

from litellm.litellm_core_utils.thread_pool_executor import executor

executor.shutdown(wait=True)
from opentelemetry import trace

trace.get_tracer_provider().shutdown()
