"""Every kind of call that the OpenAI SDK makes; the words in the prompts are for the provider."""
import openai

MODEL = 'gpt-4o'


def prompt(case):
    return [{'role': 'user', 'content': f'In a few words, case:{case} please.'}]


def make_all(client):
    make_chats(client)
    make_responses(client)
    client.embeddings.create(model='text-embedding-3-small', input='case:plain to be embedded')


def make_chats(client):
    for case in ('plain', 'cached', 'written', 'audio', 'tier', 'too-many'):
        client.chat.completions.create(model=MODEL, messages=prompt(case))
    for options in ({'stream_options': {'include_usage': True}}, {}):
        for case in ('plain', 'cached'):
            for _ in client.chat.completions.create(model=MODEL, messages=prompt(case), stream=True, **options):
                pass
    leave_early(client.chat.completions.create(model=MODEL, messages=prompt('endless'), stream=True))
    refused(lambda: client.chat.completions.create(model=MODEL, messages=prompt('bad')))


def make_responses(client):
    for case in ('plain', 'cached', 'written'):
        client.responses.create(model=MODEL, input=f'case:{case}')
    for case in ('plain', 'cached'):
        for _ in client.responses.create(model=MODEL, input=f'case:{case}', stream=True):
            pass


def leave_early(stream):
    """Some wrappers of a stream have no `close` of their own."""
    for number, _ in enumerate(stream):
        if number == 12:
            break
    getattr(stream, 'close', getattr(stream, 'response', stream).close)()


def refused(call):
    try:
        call()
    except openai.BadRequestError:
        return
    raise AssertionError('the provider answered a request that it should have refused')
