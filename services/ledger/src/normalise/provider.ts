import { resolveProvider } from '../pricing/provider.ts'

/** The Vercel AI SDK names the API behind the provider: `openai.chat`, `anthropic.messages`. */
const apiSuffix = /\.(?:chat|completion|embedding|image|messages|responses|speech|transcription)$/

/** Canonical provider of a span. One that names none is known by its host at best; without both it stays `unknown`. */
export function providerOf(raw: string, serverAddress: string | undefined): string {
  const name = raw.trim().toLowerCase().replace(apiSuffix, '')
  if (name !== '') return resolveProvider(name, serverAddress)
  return serverAddress === undefined ? 'unknown' : resolveProvider('openai', serverAddress)
}
