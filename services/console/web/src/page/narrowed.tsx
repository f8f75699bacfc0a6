import { filterDimensions } from '@spanledger/schemas/api/choices'
import { notNarrowed, showView, type View } from '../address.ts'
import { windowText } from '../figures/times.ts'

/** What the figures are narrowed to, and the ways back to everything. */
export function NarrowedTo({ view, timeZone }: { view: View; timeZone: string }) {
  const only = filterDimensions.flatMap((name) => {
    const value = view[name]
    return value === null ? [] : [[name, value] as const]
  })
  if (only.length === 0 && view.from === '') return null
  return (
    <div role="group" aria-label="Narrowed to" className="flex flex-wrap items-center gap-2 text-[13px]">
      <span className="text-muted">Only</span>
      {view.from !== '' && (
        <Chip
          text={windowText(Date.parse(view.from), Date.parse(view.to), timeZone)}
          onClear={() => showView({ from: '', to: '' })}
        />
      )}
      {only.map(([name, value]) => (
        <Chip
          key={name}
          text={`${name} ${value || 'not given'}`}
          onClear={() => showView({ [name]: null } as Partial<View>)}
        />
      ))}
      {only.length + (view.from === '' ? 0 : 1) > 1 && (
        <button
          type="button"
          onClick={() => showView(notNarrowed)}
          className="text-muted hover:text-ink cursor-pointer px-1 py-1 underline underline-offset-2"
        >
          Show everything
        </button>
      )}
    </div>
  )
}

function Chip({ text, onClear }: { text: string; onClear: () => void }) {
  return (
    <span className="border-line bg-panel figures flex max-w-full items-center rounded-md border py-0.5 pl-2.5">
      <span className="truncate">{text}</span>
      <button
        type="button"
        onClick={onClear}
        aria-label={`No longer only ${text}`}
        className="text-muted hover:text-ink cursor-pointer rounded-md px-2 py-0.5 leading-5"
      >
        ×
      </button>
    </span>
  )
}
