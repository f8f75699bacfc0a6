import { join } from 'node:path'

/** The demo keeps away from real data: beside the default directory, or inside the one that was named. */
export function demoDataDir(env: Readonly<Record<string, string | undefined>>): string {
  return env.SPANLEDGER_DATA_DIR ? join(env.SPANLEDGER_DATA_DIR, 'demo') : '.spanledger-demo'
}
