import { resolveProvider } from '../pricing/provider.ts'

/** The Vercel AI SDK names the API behind the provider: `openai.chat`, `anthropic.messages`. */
const apiSuffix = /\.(?:chat|completion|embedding|image|messages|responses|speech|transcription)$/

/** What the conventions call a provider that has no name in them. */
const otherProvider = '_other'

/** Every span asks, and services talk to few hosts. */
const answers = new Map<string, string>()
const maxAnswers = 1024

/** Canonical provider of a span. One that names none is known by its host at best; without both it stays `unknown`. */
export function providerOf(raw: string, serverAddress: string | undefined): string {
  const key = `${raw}\n${serverAddress ?? ''}`
  let provider = answers.get(key)
  if (provider === undefined) {
    const name = raw.trim().toLowerCase().replace(apiSuffix, '')
    if (name !== '' && name !== otherProvider) provider = resolveProvider(name, serverAddress)
    else provider = serverAddress === undefined ? 'unknown' : resolveProvider('openai', serverAddress)
    if (answers.size >= maxAnswers) answers.clear()
    answers.set(key, provider)
  }
  return provider
}
