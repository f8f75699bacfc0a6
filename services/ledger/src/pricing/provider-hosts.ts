/** The published API hosts of each provider: equal, or (with a leading dot) the end of the host. */
export const providerHosts: Readonly<Record<string, readonly string[]>> = {
  openai: ['api.openai.com', '.api.openai.com'],
  anthropic: ['api.anthropic.com'],
  azure: [
    '.openai.azure.com',
    '.azure-api.net',
    '.cognitiveservices.azure.com',
    '.services.ai.azure.com',
    '.inference.ai.azure.com',
  ],
  google: ['generativelanguage.googleapis.com'],
  vertex: ['aiplatform.googleapis.com', '-aiplatform.googleapis.com'],
  'x-ai': ['api.x.ai', '.api.x.ai'],
  mistral: ['api.mistral.ai', 'codestral.mistral.ai'],
  deepseek: ['api.deepseek.com'],
  groq: ['api.groq.com'],
  cohere: ['api.cohere.ai', 'api.cohere.com'],
  perplexity: ['api.perplexity.ai'],
  moonshotai: ['api.moonshot.ai', 'api.moonshot.cn'],
  minimax: ['api.minimax.io', 'api.minimaxi.com', 'api.minimax.chat'],
  voyageai: ['api.voyageai.com'],
  cerebras: ['api.cerebras.ai'],
  openrouter: ['openrouter.ai', 'api.openrouter.ai'],
  together: ['api.together.xyz', 'api.together.ai'],
  fireworks: ['api.fireworks.ai'],
  novita: ['api.novita.ai'],
  baseten: ['inference.baseten.co'],
  arcee: ['api.arcee.ai'],
  zai: ['api.z.ai'],
  zhipuai: ['open.bigmodel.cn'],
  ovhcloud: ['oai.endpoints.kepler.ai.cloud.ovh.net'],
  'github-copilot': ['api.githubcopilot.com'],
}

/** Bedrock's hosts carry the region in the middle. */
const bedrockHost = /^bedrock(?:-runtime)?(?:-fips)?\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/

/** The provider that publishes this host, if any. */
export function providerOfHost(host: string): string | undefined {
  if (bedrockHost.test(host)) return 'aws'
  for (const [provider, hosts] of Object.entries(providerHosts)) {
    for (const known of hosts) {
      const found = known.startsWith('.') || known.startsWith('-') ? host.endsWith(known) : host === known
      if (found) return provider
    }
  }
  return undefined
}
