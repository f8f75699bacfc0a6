import { providerOfHost } from './provider-hosts.ts'

/** Canonical id by accepted spelling. Source: the pricing specification, 5.1; what is not here keeps its own name. */
const spellings: Readonly<Record<string, string>> = {
  'azure.ai.openai': 'azure',
  'az.ai.openai': 'azure',
  'azure.ai.inference': 'azure',
  'az.ai.inference': 'azure',
  azure_openai: 'azure',
  azure_ai: 'azure',
  'azure-openai': 'azure',
  'aws.bedrock': 'aws',
  aws_bedrock: 'aws',
  bedrock: 'aws',
  bedrock_converse: 'aws',
  'amazon-bedrock': 'aws',
  amazon_bedrock: 'aws',
  'gcp.gemini': 'google',
  'gcp.gen_ai': 'google',
  gemini: 'google',
  google_genai: 'google',
  'gcp.vertex_ai': 'vertex',
  vertex_ai: 'vertex',
  vertexai: 'vertex',
  google_vertexai: 'vertex',
  google_anthropic_vertex: 'vertex',
  x_ai: 'x-ai',
  xai: 'x-ai',
  mistral_ai: 'mistral',
  mistralai: 'mistral',
  moonshot: 'moonshotai',
  moonshot_ai: 'moonshotai',
  voyage: 'voyageai',
  voyage_ai: 'voyageai',
  open_router: 'openrouter',
  together_ai: 'together',
  'together-ai': 'together',
  fireworks_ai: 'fireworks',
  'fireworks-ai': 'fireworks',
  github_copilot: 'github-copilot',
  'z.ai': 'zai',
  vllm: 'self-hosted',
  hosted_vllm: 'self-hosted',
  sglang: 'self-hosted',
  tgi: 'self-hosted',
  ollama: 'self-hosted',
  llamacpp: 'self-hosted',
  lmstudio: 'self-hosted',
  triton: 'self-hosted',
}

export const selfHosted = 'self-hosted'
export const compatiblePrefix = 'openai-compatible:'

/**
 * The canonical provider of a request; an unmapped name as it was sent, trimmed and in lower case.
 *
 * The OpenAI client talks to many servers, so for `openai` a known host wins over the name: another provider's published
 * host is that provider, any other host is `openai-compatible:<host>`, which has no list price.
 */
export function resolveProvider(raw: string, serverAddress?: string): string {
  const name = raw.trim().toLowerCase()
  const provider = Object.hasOwn(spellings, name) ? (spellings[name] as string) : name
  if (provider.startsWith('vertex_ai-')) return 'vertex'
  if (provider.startsWith(compatiblePrefix)) return providerOfHost(provider.slice(compatiblePrefix.length)) ?? provider
  if (provider !== 'openai' || !serverAddress) return provider
  const host = hostOf(serverAddress)
  return host ? (providerOfHost(host) ?? compatiblePrefix + host) : provider
}

/** `server.address` is a bare host, but instrumentations also send URLs and ports. */
function hostOf(address: string): string {
  const text = address.trim().toLowerCase()
  const rest = text
    .replace(/^[a-z][a-z0-9+.-]*:\/\//, '')
    .replace(/[/?#].*$/, '')
    .replace(/^.*@/, '')
  if (rest.startsWith('[')) return rest.slice(0, rest.indexOf(']') + 1)
  return rest.replace(/:\d+$/, '').replace(/\.$/, '')
}

/** A host inside one's own walls: a name without a dot, a loopback or private address, a cluster-internal name. */
export function isPrivateHost(host: string): boolean {
  if (host.startsWith('[')) return /^\[(?:::1|f[cd]|fe80)/.test(host)
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return /^(?:127|10|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01]))\./.test(host)
  return !host.includes('.') || /\.(?:local|internal|localhost|lan|svc|home\.arpa)$/.test(host)
}
