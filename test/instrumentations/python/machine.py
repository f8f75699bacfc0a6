"""Where a scenario's clients and exporters go: every host name is this machine, so nothing can leave it."""
import os
import socket

PROVIDER_PORT = os.environ['PROVIDER_PORT']
DOOR_URL = os.environ['DOOR_URL']
SCENARIO = os.environ['SCENARIO']
API_KEY = SCENARIO

OPENAI_URL = f'http://api.openai.com:{PROVIDER_PORT}/v1'
ANTHROPIC_URL = f'http://api.anthropic.com:{PROVIDER_PORT}'
GEMINI_URL = f'http://generativelanguage.googleapis.com:{PROVIDER_PORT}'

_getaddrinfo = socket.getaddrinfo


def _loopback(host, port, family=0, *args, **kwargs):
    return _getaddrinfo('127.0.0.1', port, socket.AF_INET, *args, **kwargs)


socket.getaddrinfo = _loopback


def openai_client():
    import openai

    return openai.OpenAI(api_key=API_KEY, base_url=OPENAI_URL)


def async_openai_client():
    import openai

    return openai.AsyncOpenAI(api_key=API_KEY, base_url=OPENAI_URL)


def anthropic_client():
    import anthropic

    return anthropic.Anthropic(api_key=API_KEY, base_url=ANTHROPIC_URL)


def async_anthropic_client():
    import anthropic

    return anthropic.AsyncAnthropic(api_key=API_KEY, base_url=ANTHROPIC_URL)
