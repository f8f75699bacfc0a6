import { SpanledgerError } from '../errors.ts'

export interface ConfigFileProblem {
  /** From 1. */
  readonly line: number
  /** Empty for what concerns the file as a whole. */
  readonly path: readonly PropertyKey[]
  /** What is wrong, as a phrase that goes on from the path: what was given, and what it takes. */
  readonly problem: string
}

/** Everything that is wrong with a configuration file, at once. */
export class ConfigFileError extends SpanledgerError {
  readonly problems: readonly ConfigFileProblem[]

  constructor(file: string, problems: readonly ConfigFileProblem[]) {
    const sorted = problems.toSorted((a, b) => a.line - b.line)
    // Two rules may object to one value in the same words.
    const lines = new Set(sorted.map((problem) => `${file}:${describeProblem(problem)}`))
    super('CONFIG_FILE_INVALID', [...lines].join('\n'), {
      retryable: false,
      hint: 'correct the file; spanledger.example.yaml in the repository shows every field',
    })
    this.name = 'ConfigFileError'
    this.problems = sorted
  }
}

/** `12: alerts.routes[0].to is …` */
export function describeProblem({ line, path, problem }: ConfigFileProblem): string {
  return path.length === 0 ? `${line}: ${problem}` : `${line}: ${describePath(path)} ${problem}`
}

/** `alerts.routes[0].to` */
function describePath(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '')
}
