import { SpanledgerError } from '../errors.ts'

export interface ConfigProblem {
  readonly variable: string
  /** What was given, as it may be printed; undefined when nothing was. */
  readonly given?: string
  /** What is wrong, as a phrase that goes on from the variable's name. */
  readonly problem: string
  readonly fix: string
}

/** Everything that is wrong with a configuration, at once. */
export class ConfigError extends SpanledgerError {
  readonly problems: readonly ConfigProblem[]

  constructor(problems: readonly ConfigProblem[]) {
    super('CONFIG_INVALID', problems.map(describeProblem).join('\n'), {
      retryable: false,
      hint: 'correct the environment, then start again',
    })
    this.name = 'ConfigError'
    this.problems = problems
  }
}

function describeProblem({ variable, given, problem, fix }: ConfigProblem): string {
  return `${variable}${given === undefined ? '' : `=${given}`} ${problem}: ${fix}`
}
