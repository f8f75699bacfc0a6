import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

/** Who writes a configuration file expects it to count: where it does not yet, that is said. */
export function unreadConfigNotice(directory: string): string | undefined {
  const file = resolve(directory, 'spanledger.yaml')
  if (!existsSync(file)) return undefined
  return `${file} is not read: this version has no configuration file yet, its prices and rules have no effect`
}
