"""Every kind of call that the Anthropic SDK makes."""
import anthropic

MODEL = 'claude-sonnet-4-5-20250929'


def prompt(case):
    return {
        'model': MODEL,
        'max_tokens': 1000,
        'messages': [{'role': 'user', 'content': f'In a few words, case:{case} please.'}],
    }


def make_all(client):
    for case in ('plain', 'written', 'written-1h', 'written-both', 'thinking', 'too-many'):
        client.messages.create(**prompt(case))
    for case in ('plain', 'written-both'):
        for _ in client.messages.create(**prompt(case), stream=True):
            pass
    for case in ('plain', 'written-1h', 'thinking'):
        with client.messages.stream(**prompt(case)) as stream:
            for _ in stream:
                pass
    stream = client.messages.create(**prompt('endless'), stream=True)
    for number, _ in enumerate(stream):
        if number == 12:
            break
    stream.close()
    try:
        client.messages.create(**prompt('bad'))
    except anthropic.BadRequestError:
        return
    raise AssertionError('the provider answered a request that it should have refused')
