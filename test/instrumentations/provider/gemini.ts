import { type Answer, type ProviderApi, text, used, words } from './answer.ts'
import { randomId } from './ids.ts'

/** Gemini's `candidatesTokenCount` holds no thoughts, and the prompts of its own tools stand beside the prompt. */
export const generateContent: ProviderApi = {
  api: 'generate_content',
  path: /^\/v1(?:beta)?\/models\/([^/:]+):(?:generateContent|streamGenerateContent)$/,
  refusal: (status) => ({
    error: {
      code: status,
      message: status === 429 ? 'Resource has been exhausted (e.g. check quota).' : 'Invalid argument.',
      status: status === 429 ? 'RESOURCE_EXHAUSTED' : 'INVALID_ARGUMENT',
    },
  }),
  answer({ body, amounts, random, model }): Answer {
    const { uncached, cacheRead, toolPrompt, output, thinking } = amounts
    const id = randomId(random, 22)
    const prompt = uncached + cacheRead
    const usage = {
      promptTokenCount: prompt,
      ...(cacheRead > 0 && {
        cachedContentTokenCount: cacheRead,
        cacheTokensDetails: [{ modality: 'TEXT', tokenCount: cacheRead }],
      }),
      candidatesTokenCount: output - thinking,
      ...(thinking > 0 && { thoughtsTokenCount: thinking }),
      ...(toolPrompt > 0 && {
        toolUsePromptTokenCount: toolPrompt,
        toolUsePromptTokensDetails: [{ modality: 'TEXT', tokenCount: toolPrompt }],
      }),
      totalTokenCount: prompt + toolPrompt + output,
      promptTokensDetails: [{ modality: 'TEXT', tokenCount: prompt }],
      trafficType: 'ON_DEMAND',
    }
    const chunk = (said: string, finish: object, usageMetadata: object) => ({
      candidates: [{ content: { role: 'model', parts: [{ text: said }] }, index: 0, ...finish }],
      usageMetadata,
      modelVersion: model,
      responseId: id,
    })
    // every chunk has what is known by then, never a difference
    const soFar = { promptTokenCount: prompt, totalTokenCount: prompt, trafficType: 'ON_DEMAND' }
    const stop = { finishReason: 'STOP' }
    return {
      id,
      usage: used({
        input_tokens: prompt + toolPrompt,
        cache_read_tokens: cacheRead,
        output_tokens: output,
        output_reasoning_tokens: thinking,
      }),
      stream: body.stream === true,
      tells: { atEnd: 'whole', midway: 'input' },
      json: chunk(text, stop, usage),
      events: {
        head: words.slice(0, -1).map((word) => ({ data: chunk(word, {}, soFar) })),
        more: { data: chunk('more ', {}, soFar) },
        tail: [{ data: chunk(words.at(-1) ?? '', stop, usage) }],
      },
    }
  },
}
