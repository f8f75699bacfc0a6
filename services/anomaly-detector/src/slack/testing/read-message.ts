/** A message as a person, or a test, reads it back out of what was posted. */
export interface ReadMessage {
  /** What a phone shows. */
  readonly text: string
  readonly title: string
  /** The one line of what changed. */
  readonly says: string
  /** The labelled figures, as shown. */
  readonly figures: Readonly<Record<string, string>>
  /** The list of who makes the difference, as shown: the name still escaped, `usd` empty where it is not told. */
  readonly contributors: readonly { dimension: string; name: string; share: string; usd: string }[]
  readonly runbookUrl: string
  readonly consoleUrl: string
  readonly notes: string
  /** The unrounded figures: `slack/exact-line.ts` says which. */
  readonly exact: Readonly<Record<string, string>>
  /** Everything between < and >, anywhere: mentions and links. */
  readonly special: readonly string[]
}

interface Block {
  readonly type: string
  readonly text?: { readonly text: string }
  readonly fields?: readonly { readonly text: string }[]
  readonly elements?: readonly { readonly text: string }[]
}

/** Reads what `renderMessage` writes; throws for anything else. */
export function readMessage(payload: unknown): ReadMessage {
  const { text, blocks } = payload as { text: string; blocks: readonly Block[] }
  const texts = blocks.map((block) =>
    [block.text, ...(block.fields ?? []), ...(block.elements ?? [])].map((each) => each?.text ?? ''),
  )
  const lines = texts.flat()
  const linksLine = lines.find((line) => line.includes('/runbooks/')) ?? ''
  const [runbookUrl = '', consoleUrl = ''] = [...linksLine.matchAll(/<(https?:[^|>]+)\|/g)].map((match) =>
    unescapeSlack(match[1]!),
  )
  return {
    text: unescapeSlack(text),
    title: blocks.find(({ type }) => type === 'header')?.text?.text ?? '',
    says: unescapeSlack(blocks.find(({ type, text: own }) => type === 'section' && own)?.text?.text ?? ''),
    figures: Object.fromEntries(blocks.flatMap(({ fields = [] }) => fields).map((field) => pairOf(field.text))),
    contributors: lines
      .flatMap((line) => line.split('\n'))
      .flatMap((line) => {
        const [, dimension, name, share, usd = ''] = /^• (.+?) `([^`]*)`: (\S+ %|\?)(?: \((.+)\))?$/.exec(line) ?? []
        return dimension && name && share ? [{ dimension, name, share, usd }] : []
      }),
    runbookUrl,
    consoleUrl,
    notes: texts.at(-2)?.join(' ').trim() ?? '',
    exact: Object.fromEntries(
      (texts.at(-1)?.at(-1) ?? '')
        .replace(/^Exact: /, '')
        .split(' ')
        .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
    ),
    special: [text, ...lines].flatMap((line) => [...line.matchAll(/<([^>]*)>/g)].map((match) => match[1]!)),
  }
}

function pairOf(field: string): [string, string] {
  const [, label, value] = /^\*([^*]+)\*\n([\s\S]*)$/.exec(field) ?? []
  if (label === undefined || value === undefined) throw new Error(`not a labelled figure: ${field}`)
  return [label, value]
}

function unescapeSlack(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}
