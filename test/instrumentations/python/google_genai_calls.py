"""Every kind of call that the Gemini SDK makes."""
import machine
from google import genai
from google.genai import errors, types

MODEL = 'gemini-2.5-pro'


def make_all():
    options = types.HttpOptions(base_url=machine.GEMINI_URL)
    client = genai.Client(api_key=machine.API_KEY, http_options=options)
    for case in ('plain', 'cached', 'thinking', 'tools'):
        client.models.generate_content(model=MODEL, contents=f'case:{case} please')
    for case in ('plain', 'tools'):
        for _ in client.models.generate_content_stream(model=MODEL, contents=f'case:{case} please'):
            pass
    try:
        client.models.generate_content(model=MODEL, contents='case:bad please')
    except errors.ClientError:
        return
    raise AssertionError('the provider answered a request that it should have refused')
