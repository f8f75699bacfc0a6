// Every kind of call that the AI SDK makes; one script for all versions of it.
import { anthropicUrl, apiKey, openaiUrl } from './machine.mjs'
import { refused } from './openai-calls.mjs'

const prompt = (name) => `In a few words, case:${name} please.`

/** `telemetry` is what this version calls its switch. */
export async function makeAll({ ai, createOpenAI, createAnthropic, telemetry }) {
  const openai = createOpenAI({ apiKey, baseURL: openaiUrl })
  const anthropic = createAnthropic({ apiKey, baseURL: `${anthropicUrl}/v1` })
  const openaiCases = ['plain', 'cached', 'written']
  await answers(ai, openai.chat('gpt-4o'), openaiCases, telemetry)
  await answers(ai, openai.responses('gpt-4o'), openaiCases, telemetry)
  await answers(ai, anthropic('claude-sonnet-4-5-20250929'), ['plain', 'written-both', 'thinking'], telemetry)
  const model = openai.textEmbeddingModel?.('text-embedding-3-small') ?? openai.embedding('text-embedding-3-small')
  await ai.embed({ model, value: 'case:plain', ...telemetry })
  await ai.embedMany({ model, values: ['case:plain one', 'case:plain two'], ...telemetry })
}

async function answers(ai, model, cases, telemetry) {
  for (const name of cases) {
    await ai.generateText({ model, prompt: prompt(name), ...telemetry })
    const { textStream } = ai.streamText({ model, prompt: prompt(name), ...telemetry })
    for await (const _ of textStream);
  }
  await ai.generateText({ model, prompt: prompt('too-many'), ...telemetry })
  await refused(() => ai.generateText({ model, prompt: prompt('bad'), ...telemetry }))
}
