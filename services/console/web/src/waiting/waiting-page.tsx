import { useState } from 'react'
import { flushSync } from 'react-dom'
import { CopyButton } from '../parts/copy-button.tsx'
import { firstEventCommand, freshId, otelEnvironment } from './first-span.ts'

interface WaitingPageProps {
  readonly doorUrl: string
  /** The first charge is there: the page is green and about to go. */
  readonly arrived: boolean
}

export function WaitingPage({ doorUrl, arrived }: WaitingPageProps) {
  const [command, setCommand] = useState(() => firstEventCommand(doorUrl, freshId(), new Date()))

  /** What is copied is what is shown, with an id and a time of this moment. */
  function renew(): string {
    const renewed = firstEventCommand(doorUrl, freshId(), new Date())
    flushSync(() => setCommand(renewed))
    return renewed
  }

  return (
    <main className="mx-auto flex min-h-dvh max-w-3xl flex-col justify-center gap-8 px-4 py-10">
      <div>
        <p className="text-muted mb-6 flex items-center gap-2 font-semibold">
          <img src="/favicon.svg" alt="" className="size-6" />
          spanledger
        </p>
        <div role="status" data-state={arrived ? 'arrived' : 'waiting'} className="flex items-center gap-3">
          <span
            aria-hidden="true"
            className={`size-3.5 shrink-0 rounded-full ${arrived ? 'bg-good' : 'waiting-dot bg-(--slice-1)'}`}
          />
          <h1 className={`text-2xl font-semibold tracking-tight ${arrived ? 'text-good' : ''}`}>
            {arrived ? 'Your first charge is here' : 'Waiting for your first span'}
          </h1>
        </div>
        <p className="text-muted mt-2">
          {arrived
            ? 'Opening the ledger …'
            : 'This page turns green by itself as soon as the first request has been charged.'}
        </p>
      </div>
      <Recipe title="Send one by hand" label="Copy the curl command" text={command} copied={renew} />
      <Recipe
        title="Or point an OpenTelemetry SDK here"
        label="Copy the environment variables"
        text={otelEnvironment(doorUrl)}
        copied={() => otelEnvironment(doorUrl)}
      />
      <p className="text-muted text-[13px]">
        If the door asks for API keys, add <code className="text-ink text-xs">-H 'Authorization: Bearer KEY'</code> to
        the command, or{' '}
        <code className="text-ink text-xs break-words">OTEL_EXPORTER_OTLP_HEADERS=Authorization=Bearer%20KEY</code> to
        the environment. Prompts and answers are never stored.
      </p>
    </main>
  )
}

interface RecipeProps {
  readonly title: string
  readonly label: string
  readonly text: string
  readonly copied: () => string
}

function Recipe({ title, label, text, copied }: RecipeProps) {
  return (
    <section className="panel min-w-0">
      <div className="border-line flex items-center justify-between gap-3 border-b px-4 py-2">
        <h2 className="font-medium">{title}</h2>
        <CopyButton label={label} text={copied} />
      </div>
      <pre
        tabIndex={0}
        role="region"
        aria-label={title}
        className="overflow-x-auto px-4 py-3 font-mono text-[12.5px] leading-5 whitespace-pre-wrap wrap-anywhere"
      >
        {text}
      </pre>
    </section>
  )
}
