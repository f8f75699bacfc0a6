import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** How far the demo has come. Kept in its data directory, so that a second start resumes and resends nothing. */
export interface DemoPosition {
  readonly trace: string
  readonly seed: number
  /** When the trace's last request is said to happen: fixed at the first start. */
  readonly endAtMs: number
  /** Requests acknowledged by the door, from the start without a gap. */
  readonly acknowledged: number
}

const fileName = 'demo.json'

export function readDemoPosition(dataDir: string): DemoPosition | undefined {
  try {
    return JSON.parse(readFileSync(join(dataDir, fileName), 'utf8')) as DemoPosition
  } catch {
    return undefined
  }
}

export function writeDemoPosition(dataDir: string, position: DemoPosition): void {
  const path = join(dataDir, fileName)
  writeFileSync(`${path}.new`, JSON.stringify(position))
  renameSync(`${path}.new`, path)
}
