// Where a scenario's clients and exporters go: every host name is this machine, so nothing can leave it.
import dns from 'node:dns'

const lookup = dns.lookup
dns.lookup = (_host, options, callback) =>
  typeof options === 'function' ? lookup('127.0.0.1', options) : lookup('127.0.0.1', options, callback)

const port = process.env.PROVIDER_PORT
export const doorUrl = process.env.DOOR_URL
export const apiKey = process.env.SCENARIO
export const openaiUrl = `http://api.openai.com:${port}/v1`
export const anthropicUrl = `http://api.anthropic.com:${port}`

export const openaiClient = (OpenAI) => new OpenAI({ apiKey, baseURL: openaiUrl })
export const anthropicClient = (Anthropic) => new Anthropic({ apiKey, baseURL: anthropicUrl })
