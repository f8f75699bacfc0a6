"""Agents of pydantic-ai over OpenAI and Anthropic; the Anthropic SDK writes spans of its own below them."""
import asyncio

import machine
from pydantic_ai import Agent, InstrumentationSettings
from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.providers.anthropic import AnthropicProvider
from pydantic_ai.providers.openai import OpenAIProvider
from telemetry import exported

OPENAI = ('plain', 'cached', 'written', 'too-many')
ANTHROPIC = ('plain', 'written', 'written-1h', 'written-both', 'thinking', 'too-many')


async def ask(agent, cases):
    for case in cases:
        await agent.run(f'case:{case} please')
    for case in cases[:2]:
        async with agent.run_stream(f'case:{case} please') as result:
            await result.get_output()
    try:
        await agent.run('case:bad please')
    except ModelHTTPError:
        return
    raise AssertionError('the provider answered a request that it should have refused')


async def main():
    openai = OpenAIProvider(openai_client=machine.async_openai_client())
    anthropic = AnthropicProvider(anthropic_client=machine.async_anthropic_client())
    await ask(Agent(OpenAIChatModel('gpt-4o', provider=openai), name='chat'), OPENAI)
    await ask(Agent(OpenAIResponsesModel('gpt-4o', provider=openai), name='responses'), OPENAI)
    await ask(Agent(AnthropicModel('claude-sonnet-4-5-20250929', provider=anthropic), name='claude'), ANTHROPIC)


with exported() as provider:
    Agent.instrument_all(InstrumentationSettings(tracer_provider=provider, include_content=False))
    asyncio.run(main())
