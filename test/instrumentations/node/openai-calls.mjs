// Every kind of call that the OpenAI SDK makes; the words in the prompts are for the provider.
export const model = 'gpt-4o'
export const prompt = (name) => [{ role: 'user', content: `In a few words, case:${name} please.` }]

export async function makeAll(client) {
  for (const name of ['plain', 'cached', 'written', 'audio', 'tier', 'too-many']) {
    await client.chat.completions.create({ model, messages: prompt(name) })
  }
  for (const options of [{ stream_options: { include_usage: true } }, {}]) {
    for (const name of ['plain', 'cached']) {
      await readAll(await client.chat.completions.create({ model, messages: prompt(name), stream: true, ...options }))
    }
  }
  await leaveEarly((options) =>
    client.chat.completions.create({ model, messages: prompt('endless'), stream: true }, options),
  )
  await refused(() => client.chat.completions.create({ model, messages: prompt('bad') }))
  for (const name of ['plain', 'cached', 'written']) await client.responses.create({ model, input: `case:${name}` })
  for (const name of ['plain', 'cached']) {
    await readAll(await client.responses.create({ model, input: `case:${name}`, stream: true }))
  }
  await client.embeddings.create({ model: 'text-embedding-3-small', input: 'case:plain to be embedded' })
}

export async function readAll(stream) {
  for await (const _ of stream);
}

/** Reads a little and hangs up, as a service does whose own client is gone. */
export async function leaveEarly(call) {
  const leaving = new AbortController()
  let count = 0
  try {
    for await (const _ of await call({ signal: leaving.signal })) if (++count === 12) leaving.abort()
  } catch (error) {
    if (!leaving.signal.aborted) throw error
  }
}

export async function refused(call) {
  const error = await call().then(
    () => undefined,
    (reason) => reason,
  )
  if ((error?.status ?? error?.statusCode) !== 400) throw new Error(`not refused but ${error}`)
}
