import { useEffect, useState } from 'react'

interface CopyButtonProps {
  readonly label: string
  /** Asked when it is pressed. */
  readonly text: () => string
}

export function CopyButton({ label, text }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<'' | 'Copied' | 'Select and copy it by hand'>('')
  useEffect(() => {
    if (outcome === '') return
    const timer = setTimeout(() => setOutcome(''), 2_000)
    return () => clearTimeout(timer)
  }, [outcome])

  return (
    <button
      type="button"
      aria-label={outcome || label}
      onClick={async () => setOutcome((await copy(text())) ? 'Copied' : 'Select and copy it by hand')}
      className="border-line bg-panel hover:bg-hover shrink-0 cursor-pointer rounded-md border px-2.5 py-1 text-[13px]"
    >
      <span aria-live="polite">{outcome || 'Copy'}</span>
    </button>
  )
}

/** The clipboard is there only on https and on loopback; elsewhere the person has to select. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}
