import { readFileSync } from 'node:fs'
import { groupBusy } from '../local-log-options.ts'
import type { Store } from './store.ts'
import { isProcessAlive } from '../../process-alive.ts'

/** Who reads a group. A process is told from a later one with the same number by when it started. */
export interface Owner {
  readonly pid: number
  /** The boot, and clock ticks since then; '' where the system does not say. */
  readonly started: string
  /** Tells the subscriptions of one process apart. */
  readonly nonce: string
}

/** In a write transaction: takes the group, unless a living process has it. A lock dies with its process. */
export function takeLock(store: Store, group: string, nonce: string): void {
  const owner = store.state.get(['lock', group]) as Owner | undefined
  if (owner !== undefined && isAlive(owner)) {
    throw groupBusy(group, owner.pid === process.pid ? 'this process' : `process ${owner.pid}`)
  }
  const mine: Owner = { pid: process.pid, started: startOf(process.pid) ?? '', nonce }
  void store.state.put(['lock', group], mine)
}

/** In a write transaction: gives the group back, if it is still ours. */
export function releaseLock(store: Store, group: string, nonce: string): void {
  const owner = store.state.get(['lock', group]) as Owner | undefined
  if (owner?.nonce === nonce) void store.state.remove(['lock', group])
}

function isAlive({ pid, started }: Owner): boolean {
  if (!isProcessAlive(pid)) return false
  const now = startOf(pid)
  return now === undefined || started === '' || now === started
}

/** When a process started, where /proc says so. */
function startOf(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name in parentheses may hold anything; what follows it is plain. Field 3 is the state, 22 the start time.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? 'ended' : `${boot} ${fields[19]}`
  } catch {
    return undefined
  }
}
