import { type MouseEvent, type ReactNode, useEffect, useId, useRef } from 'react'

interface DrawerProps {
  readonly title: string
  readonly open: boolean
  readonly onClose: () => void
  readonly children: ReactNode
}

/**
 * A panel over the right of the page. A native modal dialog: the browser keeps the focus inside, closes it on Escape,
 * and hands the focus back.
 */
export function Drawer({ title, open, onClose, children }: DrawerProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  useEffect(() => {
    if (open && !dialog.current?.open) dialog.current?.showModal()
    if (!open) dialog.current?.close()
  }, [open])

  return (
    <dialog
      ref={dialog}
      aria-labelledby={titleId}
      onClose={onClose}
      onClick={closeOutside}
      className="drawer bg-panel text-ink border-line fixed inset-y-0 right-0 left-auto m-0 h-dvh max-h-none w-full max-w-2xl overflow-y-auto border-l shadow-2xl"
    >
      <div className="bg-panel border-line sticky top-0 z-10 flex items-center justify-between border-b px-5 py-3">
        <h2 id={titleId} className="font-semibold">
          {title}
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
      {children}
    </dialog>
  )
}

/** A part of what a drawer shows, under a heading. */
export function DrawerPart({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="text-muted mb-1.5 text-xs font-medium">{title}</h3>
      {children}
    </section>
  )
}

/** What a drawer says while there is nothing to show. */
export function DrawerNotice({ error, absent }: { error: Error | null; absent: string | false }) {
  if (!error) return <p className="text-muted px-5 py-4">Reading the ledger …</p>
  return (
    <p role="alert" className="text-bad px-5 py-4">
      {absent || `It cannot be shown: ${error.message}. Trying again by itself.`}
    </p>
  )
}

/** A press on the backdrop is one on the dialog itself, outside its box. */
function closeOutside(event: MouseEvent<HTMLDialogElement>): void {
  if (event.target !== event.currentTarget) return
  const box = event.currentTarget.getBoundingClientRect()
  if (event.clientX < box.left || event.clientX > box.right) event.currentTarget.close()
}
