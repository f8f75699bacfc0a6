import type { ReactNode } from 'react'

const tones = {
  plain: 'bg-hover text-muted',
  good: 'bg-good-ground text-good',
  warn: 'bg-warn-ground text-warn',
  bad: 'bg-bad-ground text-bad',
} as const
export type Tone = keyof typeof tones

export function Badge({ tone, title, children }: { tone: Tone; title?: string; children: ReactNode }) {
  return (
    <span
      title={title}
      className={`inline-block rounded px-1.5 py-px text-xs leading-[18px] whitespace-nowrap ${tones[tone]}`}
    >
      {children}
    </span>
  )
}
