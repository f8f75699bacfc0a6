import { isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import type { ConfigFileProblem } from './config-file-error.ts'

const maxCharacters = 1_000_000

export interface YamlText {
  readonly data: unknown
  readonly problems: readonly ConfigFileProblem[]
  /** The line of what stands at this path, or of what it is missing from. */
  lineOf(path: readonly PropertyKey[]): number
}

/** YAML 1.2, one document; keys that stand twice, unknown tags and broken syntax are problems. */
export function readYaml(text: string): YamlText {
  if (text.length > maxCharacters)
    return broken([{ line: 1, path: [], problem: `is longer than ${maxCharacters} characters` }])
  const lines = new LineCounter()
  // Pretty errors would repeat the source, and with it whatever secret stands there by mistake.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, strict: true, logLevel: 'error' })
  const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line)
  const problems = [...document.errors, ...document.warnings].map(({ pos, message }) => ({
    line: lineAt(pos[0]),
    path: [],
    problem: `is not valid YAML: ${message.replace(/\s+/g, ' ')}`,
  }))
  if (problems.length > 0) return broken(problems)
  try {
    return {
      data: document.toJS({ maxAliasCount: 100 }),
      problems,
      lineOf: (path) => lineAt(offsetOf(document.contents, path)),
    }
  } catch (error) {
    // Aliases that point to nothing, or to far too much.
    return broken([
      { line: 1, path: [], problem: `cannot be read: ${error instanceof Error ? error.message : 'an error'}` },
    ])
  }
}

function broken(problems: readonly ConfigFileProblem[]): YamlText {
  return { data: undefined, problems, lineOf: () => 1 }
}

function offsetOf(root: Node | null, path: readonly PropertyKey[]): number {
  let node: unknown = root
  let offset = root?.range?.[0] ?? 0
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part))
      if (!isPair(pair)) break
      offset = (pair.key as Node).range?.[0] ?? offset
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(part)]
      offset = (node as Node | undefined)?.range?.[0] ?? offset
    } else break
  }
  return offset
}
