import { type MouseEvent, useEffect, useRef } from 'react'
import { ApiError, useExplanation } from '../api.ts'
import { showView } from '../address.ts'
import { ChargeExplanation } from './charge-explanation.tsx'

/**
 * How a charge came to its cost. A native modal dialog: the browser keeps the focus inside, closes it on Escape,
 * and hands the focus back.
 */
export function ChargeDrawer({ id, timeZone }: { id: string; timeZone: string }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const { data, error } = useExplanation(id)
  useEffect(() => {
    if (id !== '') dialog.current?.showModal()
    else dialog.current?.close()
  }, [id])

  return (
    <dialog
      ref={dialog}
      aria-labelledby="charge-title"
      onClose={() => showView({ charge: '' })}
      onClick={closeOutside}
      className="drawer bg-panel text-ink border-line fixed inset-y-0 right-0 left-auto m-0 h-dvh max-h-none w-full max-w-2xl overflow-y-auto border-l shadow-2xl"
    >
      <div className="bg-panel border-line sticky top-0 z-10 flex items-center justify-between border-b px-5 py-3">
        <h2 id="charge-title" className="font-semibold">
          How this charge came about
        </h2>
        <button
          type="button"
          onClick={() => dialog.current?.close()}
          aria-label="Close"
          className="hover:bg-hover text-muted -mr-2 cursor-pointer rounded-md px-2.5 py-1 text-lg leading-6"
        >
          ×
        </button>
      </div>
      {data && <ChargeExplanation charge={data} timeZone={timeZone} />}
      {!data && error && (
        <p role="alert" className="text-bad px-5 py-4">
          {error instanceof ApiError && error.status === 404
            ? 'No charge has this id.'
            : `It cannot be shown: ${error.message}. Trying again by itself.`}
        </p>
      )}
      {!data && !error && <p className="text-muted px-5 py-4">Reading the ledger …</p>}
    </dialog>
  )
}

/** A press on the backdrop is one on the dialog itself, outside its box. */
function closeOutside(event: MouseEvent<HTMLDialogElement>): void {
  if (event.target !== event.currentTarget) return
  const box = event.currentTarget.getBoundingClientRect()
  if (event.clientX < box.left || event.clientX > box.right) event.currentTarget.close()
}
