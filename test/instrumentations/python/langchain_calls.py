"""Chains of LangChain over OpenAI and Anthropic."""
import machine
from langchain_anthropic import ChatAnthropic
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI, OpenAIEmbeddings


def make_openai(cases):
    model = ChatOpenAI(model='gpt-4o', api_key=machine.API_KEY, base_url=machine.OPENAI_URL, stream_usage=True)
    ask(model, cases)
    embeddings = OpenAIEmbeddings(
        model='text-embedding-3-small',
        api_key=machine.API_KEY,
        base_url=machine.OPENAI_URL,
        check_embedding_ctx_length=False,
    )
    embeddings.embed_query('case:plain')


def make_anthropic(cases):
    model = ChatAnthropic(
        model='claude-sonnet-4-5-20250929',
        api_key=machine.API_KEY,
        base_url=machine.ANTHROPIC_URL,
        max_tokens=1000,
        max_retries=2,
    )
    ask(model, cases)


def ask(model, cases):
    chain = ChatPromptTemplate.from_template('In a few words, case:{name} please.') | model | StrOutputParser()
    for name in (*cases, 'too-many'):
        chain.invoke({'name': name})
    for name in cases:
        for _ in chain.stream({'name': name}):
            pass
    try:
        chain.invoke({'name': 'bad'})
    except Exception as error:  # every SDK has a class of its own for it
        if getattr(error, 'status_code', None) != 400:
            raise
