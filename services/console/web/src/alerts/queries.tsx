import { CopyButton } from '../parts/copy-button.tsx'

/** Queries on the ledger that give the figures, to be copied. */
export function Queries({ sql }: { sql: Readonly<Record<string, string>> }) {
  return (
    <div className="space-y-3">
      {Object.entries(sql).map(([name, text]) => (
        <figure key={name} className="border-line rounded-md border">
          <figcaption className="border-line text-muted flex items-center justify-between gap-3 border-b px-3 py-1.5 text-xs">
            SQL that gives {name}
            <CopyButton label={`Copy the SQL of ${name}`} text={() => text} />
          </figcaption>
          <pre
            tabIndex={0}
            role="region"
            aria-label={`SQL of ${name}`}
            className="overflow-x-auto px-3 py-2 font-mono text-xs leading-5 whitespace-pre-wrap wrap-anywhere"
          >
            {text}
          </pre>
        </figure>
      ))}
    </div>
  )
}
