import type { Prices } from '@spanledger/schemas/api/prices'
import { utcMinute } from '@spanledger/schemas/figure-text'
import { ProblemList } from './problem-list.tsx'

/** Where the prices come from, whether the file as it is now is in force, and whether the ledger charges with it. */
export function FileState({ prices: { file, version, charging } }: { prices: Prices }) {
  const { path, loaded_at: loadedAt, refused } = file
  return (
    <section aria-label="Configuration file" className="panel space-y-2 px-4 py-3 text-[13px]">
      <p>
        {path === null ? (
          'There is no configuration file: everything is priced by the catalogue alone.'
        ) : (
          <>
            Prices of the catalogue, and of <code className="break-all">{path}</code> as it was read{' '}
            <time dateTime={loadedAt}>{utcMinute(Date.parse(loadedAt))}</time>.
          </>
        )}{' '}
        <span className="text-muted">
          Version <code>{version}</code>
          {charging?.version === version && `, which the ledger charges with`}.
        </span>
      </p>
      {charging !== null && charging.version !== version && (
        <p className="text-warn">
          The ledger charges with <code>{charging.version}</code> since {utcMinute(Date.parse(charging.since))}: it
          follows in a moment, or it reads another file or is of another release.
        </p>
      )}
      {refused && (
        <div role="alert" className="border-bad/40 bg-bad-ground text-bad rounded-lg border px-4 py-3">
          <p className="font-medium">
            The file was changed {utcMinute(Date.parse(refused.at))} and is not in force: what it said before stays.
          </p>
          <ProblemList problems={refused.problems} />
        </div>
      )}
    </section>
  )
}
