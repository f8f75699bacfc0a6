"""Calls a provider of its own through LiteLLM, whose callbacks tell the door of it; prints what the provider billed.

usage: litellm_calls.py DOOR_URL CALLBACK…
"""
import asyncio
import http.server
import json
import os
import sys
import threading

DOOR_URL, CALLBACKS = sys.argv[1], sys.argv[2:]
os.environ.update(
    LITELLM_LOCAL_MODEL_COST_MAP='True',
    OPENAI_API_KEY='key',
    ANTHROPIC_API_KEY='key',
    GENERIC_LOGGER_ENDPOINT=f'{DOOR_URL}/v1/usage?usage_format=litellm_standard',
    # What comes while a batch is on its way is lost: one batch at the end.
    DEFAULT_FLUSH_INTERVAL_SECONDS='3600',
    OTEL_EXPORTER='otlp_http',
    OTEL_ENDPOINT=f'{DOOR_URL}/v1/traces',
)
billed = []


def chat(body, number):
    usage = {'prompt_tokens': 1000 + number, 'completion_tokens': 50, 'total_tokens': 1050 + number}
    usage['prompt_tokens_details'] = {'cached_tokens': 600}
    message = {'role': 'assistant', 'content': 'my secret answer'}
    answer = {'id': f'chatcmpl-D9ZbcLQJ4WxMyaNhlJ0L8aVy{number:04d}', 'object': 'chat.completion', 'created': 1}
    answer |= {'model': body['model'], 'choices': [{'index': 0, 'finish_reason': 'stop', 'message': message}]}
    return answer | {'usage': usage}, (usage['prompt_tokens'], 50, 600, 0)


def messages(body, number):
    lives = {'ephemeral_5m_input_tokens': 10, 'ephemeral_1h_input_tokens': 20}
    usage = {'input_tokens': 10 + number, 'output_tokens': 5, 'cache_read_input_tokens': 100}
    usage |= {'cache_creation_input_tokens': 30, 'cache_creation': lives, 'service_tier': 'standard'}
    answer = {'id': f'msg_{number:04d}', 'type': 'message', 'role': 'assistant', 'model': body['model']}
    answer |= {'content': [{'type': 'text', 'text': 'my secret answer'}], 'stop_reason': 'end_turn'}
    return answer | {'usage': usage}, (140 + number, 5, 100, 20)


def embeddings(body, number):
    usage = {'prompt_tokens': 7 + number, 'total_tokens': 7 + number}
    data = [{'object': 'embedding', 'index': 0, 'embedding': [0.1]}]
    return {'object': 'list', 'model': body['model'], 'data': data, 'usage': usage}, (7 + number, 0, 0, 0)


APIS = {'/v1/chat/completions': chat, '/v1/messages': messages, '/v1/embeddings': embeddings}


class Provider(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers['content-length'])))
        refused = 'bad' in json.dumps(body)
        if refused:
            status, answer = 400, {'error': {'message': 'refused', 'type': 'bad', 'code': 'bad'}}
        else:
            answer, bill = APIS[self.path](body, len(billed))
            status = 200
            billed.append(bill)
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header('content-type', 'application/json')
        self.send_header('content-length', str(len(data)))
        self.end_headers()
        self.wfile.write(data)


server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Provider)
threading.Thread(target=server.serve_forever, daemon=True).start()
base = f'http://127.0.0.1:{server.server_port}'

import litellm
from litellm.caching.caching import Cache
from litellm.integrations.generic_api.generic_api_callback import GenericAPILogger
from litellm.litellm_core_utils import litellm_logging

litellm.cache = Cache(type='local')
litellm.callbacks = CALLBACKS
who = {'user_api_key_user_id': 'u-42', 'user_api_key_team_alias': 'search', 'requester_metadata': {'feature': 'faq'}}


async def main():
    def ask(case):
        return {'messages': [{'role': 'user', 'content': f'my secret question {case}'}], 'metadata': who}

    openai = {'model': 'openai/gpt-4o', 'api_base': f'{base}/v1', 'max_retries': 0}
    anthropic = {'model': 'anthropic/claude-sonnet-4-5-20250929', 'api_base': base, 'max_tokens': 10}
    for case in range(3):
        await litellm.acompletion(**openai, **ask(case))
        await litellm.acompletion(**anthropic, **ask(case))
    vectors = {'model': 'openai/text-embedding-3-small', 'api_base': f'{base}/v1', 'metadata': who}
    await litellm.aembedding(**vectors, input=['my secret text'])
    await litellm.acompletion(**anthropic, **ask('again'), caching=True)
    await asyncio.sleep(1)
    await litellm.acompletion(**anthropic, **ask('again'), caching=True)
    try:
        await litellm.acompletion(**openai, **ask('bad'))
    except litellm.BadRequestError:
        pass
    # The callbacks run beside the calls.
    await asyncio.sleep(2)
    for logger in litellm_logging._in_memory_loggers:
        if isinstance(logger, GenericAPILogger):
            await logger.flush_queue()


asyncio.run(main())
from opentelemetry import trace

if hasattr(trace.get_tracer_provider(), 'shutdown'):
    trace.get_tracer_provider().shutdown()
totals = [sum(line[part] for line in billed) for part in range(4)]
names = ('input', 'output', 'cached', 'hour')
print(json.dumps({'acknowledged': len(billed), **dict(zip(names, totals))}))
