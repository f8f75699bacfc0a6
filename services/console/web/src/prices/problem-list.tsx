import type { PriceProblem } from '@spanledger/schemas/api/prices'

interface ProblemListProps {
  readonly problems: readonly PriceProblem[]
  /** Shows a line; without it lines are said only. */
  readonly onLine?: (line: number) => void
}

/** Each problem with its line. */
export function ProblemList({ problems, onLine }: ProblemListProps) {
  return (
    <ul className="mt-1 space-y-1">
      {problems.map(({ line, problem }) => (
        <li key={`${line} ${problem}`} className="flex gap-2 break-words">
          {onLine && line > 0 ? (
            <button
              type="button"
              onClick={() => onLine(line)}
              className="figures shrink-0 cursor-pointer underline underline-offset-2"
            >
              line {line}
            </button>
          ) : (
            <span className="figures shrink-0">{line > 0 ? `line ${line}` : 'in the file'}</span>
          )}
          <span className="min-w-0">{problem}</span>
        </li>
      ))}
    </ul>
  )
}
