import type { PricePreviewAnswer, Prices } from '@spanledger/schemas/api/prices'
import { useQueryClient } from '@tanstack/react-query'
import { useId, useRef, useState } from 'react'
import { ApiError } from '../api.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { previewPrices, savePrices, useCheck } from './api.ts'
import { PreviewResult } from './preview-result.tsx'
import { ProblemList } from './problem-list.tsx'

const empty = 'prices:\n  aliases: []\n  contracts: []\n  rows: []\n'

/** What was typed, and upon which file. */
interface Draft {
  readonly text: string
  readonly etag: string
}

interface Tried {
  readonly text: string
  readonly answer: PricePreviewAnswer
}

/** The section as text: checked as it is typed, tried on recent charges, then saved. */
export function PriceEditor({ prices }: { prices: Prices }) {
  const { section, read_only: readOnly } = prices
  const asIs = { text: section?.text || empty, etag: section?.etag ?? '' }
  const [draft, setDraft] = useState<Draft | null>(null)
  const [tried, setTried] = useState<Tried | null>(null)
  const [busy, setBusy] = useState<'' | 'preview' | 'save'>('')
  const [said, setSaid] = useState<{ readonly isWrong: boolean; readonly text: string } | null>(null)
  const area = useRef<HTMLTextAreaElement>(null)
  const queries = useQueryClient()
  const [titleId, problemsId] = [useId(), useId()]

  const { text, etag } = draft ?? asIs
  const { data: check } = useCheck(text)
  const problems = check?.problems ?? []
  const preview = tried?.text === text ? tried.answer.preview : null
  const isChanged = text !== asIs.text
  const isOutdated = draft !== null && isChanged && draft.etag !== asIs.etag

  function edit(next: string): void {
    setDraft({ text: next, etag })
    setSaid(null)
  }

  async function during(what: 'preview' | 'save', work: () => Promise<void>): Promise<void> {
    setBusy(what)
    setSaid(null)
    try {
      await work()
    } catch (error) {
      const hint = error instanceof ApiError && error.hint ? ` (${error.hint})` : ''
      setSaid({ isWrong: true, text: `${error instanceof Error ? error.message : String(error)}${hint}` })
    } finally {
      setBusy('')
    }
  }

  const onPreview = () =>
    during('preview', async () => {
      setTried({ text, answer: await previewPrices(text) })
    })
  const onSave = () =>
    during('save', async () => {
      await savePrices(text, etag)
      setDraft(null)
      setTried(null)
      setSaid({ isWrong: false, text: 'Saved. It holds from the next request on, within seconds.' })
      await queries.invalidateQueries({ queryKey: ['prices'] })
    })

  return (
    <section aria-labelledby={titleId} className="panel space-y-3 px-4 py-3">
      <h2 id={titleId} className="font-semibold">
        Change them{' '}
        <span className="text-muted font-normal">
          the section <code>prices</code>
          {section !== null && `, from line ${section.line} of the file`}
        </span>
      </h2>
      <textarea
        ref={area}
        aria-label="The section prices"
        aria-describedby={problemsId}
        aria-invalid={problems.length > 0}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        wrap="off"
        rows={Math.min(32, Math.max(10, text.split('\n').length + 1))}
        value={text}
        onChange={({ target }) => edit(target.value)}
        className="border-line bg-ground figures block w-full resize-y rounded-md border px-3 py-2 font-mono text-[13px] leading-5"
      />
      <div id={problemsId} role="status" className="text-[13px]">
        {problems.length === 0 ? (
          <p className={check ? 'text-good' : 'text-muted'}>{check ? 'It can be used.' : 'Checking…'}</p>
        ) : (
          <div className="text-bad">
            <p className="font-medium">
              {problems.length === 1 ? 'One thing is wrong:' : `${problems.length} things are wrong:`}
            </p>
            <ProblemList problems={problems} onLine={(line) => showLine(area.current, line)} />
          </div>
        )}
      </div>
      {isOutdated && (
        <p className="text-warn text-[13px]">
          The file was changed meanwhile. Your text stays here: copy what you need of it, then take the file’s.
        </p>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <Button isMain onClick={onPreview} disabled={busy !== '' || problems.length > 0}>
          {busy === 'preview' ? 'Trying it on recent charges…' : 'Preview'}
        </Button>
        {readOnly === null && (
          <Button onClick={onSave} disabled={busy !== '' || !isChanged || isOutdated || preview === null}>
            {busy === 'save' ? 'Saving…' : 'Save'}
          </Button>
        )}
        {isChanged && (
          <Button onClick={() => setDraft(null)} disabled={busy !== ''}>
            Take the file’s
          </Button>
        )}
        <CopyButton label="Copy the section" text={() => text} />
        {readOnly === null && isChanged && preview === null && problems.length === 0 && (
          <p className="text-muted text-[13px]">Preview it, then it can be saved.</p>
        )}
      </div>
      {readOnly !== null && <p className="text-muted text-[13px]">It cannot be saved from here: {readOnly}.</p>}
      <p role="status" className={`text-[13px] ${said?.isWrong ? 'text-bad' : 'text-good'}`}>
        {said?.text}
      </p>
      {preview && <PreviewResult preview={preview} />}
    </section>
  )
}

interface ButtonProps {
  readonly isMain?: boolean
  readonly disabled: boolean
  readonly onClick: () => void
  readonly children: string
}

function Button({ isMain = false, disabled, onClick, children }: ButtonProps) {
  return (
    <button
      type="button"
      disabled={disabled}
      onClick={onClick}
      className={`border-line hover:bg-hover cursor-pointer rounded-md border px-2.5 py-1 text-[13px] disabled:cursor-default disabled:opacity-50 ${isMain ? 'font-medium' : ''}`}
    >
      {children}
    </button>
  )
}

/** Selects a line, which also scrolls to it. */
function showLine(area: HTMLTextAreaElement | null, line: number): void {
  if (area === null) return
  const lines = area.value.split('\n')
  const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0)
  area.focus()
  area.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0))
}
