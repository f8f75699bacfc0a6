import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SpanledgerError } from '@spanledger/runtime/errors'
import type { Incident } from './traffic/incidents.ts'

/**
 * What this demo is, and how far it has come. Kept in its data directory, so that a second start resumes and resends
 * nothing: the traffic is a function of seed, incidents and time. All times are event time, milliseconds since the epoch.
 */
export interface DemoPosition {
  readonly version: 2
  readonly seed: number
  readonly incidents: readonly Incident[]
  /** History from here … */
  readonly startMs: number
  /** … to here, where the time-lapse begins. */
  readonly historyToMs: number
  /** The summary at the end of the time-lapse was given. */
  readonly summed: boolean
  /** Stretches that were left out, because nobody ran the demo for longer than it makes up for. */
  readonly leftOut: readonly { readonly fromMs: number; readonly toMs: number }[]
  /** Every request before this was acknowledged by the door, but for what was left out. */
  readonly sentToMs: number
  readonly sent: number
}

const fileName = 'demo.json'

/** Undefined when there is none yet. */
export function readDemoPosition(dataDir: string): DemoPosition | undefined {
  const path = join(dataDir, fileName)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const position = parse(text)
  if (position?.version === 2) return position
  throw new SpanledgerError('DEMO_UNREADABLE', `${path} is not from this version's demo`, {
    retryable: false,
    hint: `remove ${dataDir} to start the demo anew`,
  })
}

export function writeDemoPosition(dataDir: string, position: DemoPosition): void {
  const path = join(dataDir, fileName)
  writeFileSync(`${path}.new`, JSON.stringify(position))
  renameSync(`${path}.new`, path)
}

function parse(text: string): DemoPosition | undefined {
  try {
    return JSON.parse(text) as DemoPosition
  } catch {
    return undefined
  }
}
