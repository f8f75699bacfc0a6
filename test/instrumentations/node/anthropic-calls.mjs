// Every kind of call that the Anthropic SDK makes.
import { leaveEarly, readAll, refused } from './openai-calls.mjs'

const request = (name) => ({
  model: 'claude-sonnet-4-5-20250929',
  max_tokens: 1000,
  messages: [{ role: 'user', content: `In a few words, case:${name} please.` }],
})

export async function makeAll(client) {
  for (const name of ['plain', 'written', 'written-1h', 'written-both', 'thinking', 'too-many']) {
    await client.messages.create(request(name))
  }
  for (const name of ['plain', 'written-both']) {
    await readAll(await client.messages.create({ ...request(name), stream: true }))
  }
  for (const name of ['plain', 'written-1h', 'thinking']) await client.messages.stream(request(name)).finalMessage()
  await leaveEarly((options) => client.messages.create({ ...request('endless'), stream: true }, options))
  await refused(() => client.messages.create(request('bad')))
}
