import { readdirSync, readFileSync } from 'node:fs'

/** A look at processes through /proc (Linux). A process that ended in between reads as absent. */
export interface ProcessUse {
  readonly pid: number
  readonly command: string
  readonly cpuSeconds: number
  readonly peakRssBytes: number
}

const ticksPerSecond = 100

interface Stat {
  readonly pid: number
  readonly parent: number
  readonly state: string
  readonly cpuSeconds: number
}

/** The process and all its descendants that run now; zombies do not. */
export function processTree(root: number): number[] {
  const stats = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statOf(Number(name)))
    .filter((stat) => stat !== undefined && stat.state !== 'Z') as Stat[]
  const tree = stats.filter((stat) => stat.pid === root).map((stat) => stat.pid)
  for (const pid of tree) tree.push(...stats.filter((stat) => stat.parent === pid).map((stat) => stat.pid))
  return tree
}

export function isRunning(pid: number): boolean {
  const stat = statOf(pid)
  return stat !== undefined && stat.state !== 'Z'
}

/** Processes whose command line or working directory mentions the text: orphans keep both. */
export function processesMentioning(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .filter((pid) => isRunning(pid) && (read(pid, 'cmdline')?.includes(text) ?? false))
}

/** CPU time so far and the most memory a process ever held. */
export function useOf(pid: number): ProcessUse | undefined {
  const stat = statOf(pid)
  const peakKib = /^VmHWM:\s+(\d+) kB/m.exec(read(pid, 'status') ?? '')?.[1]
  if (stat === undefined || peakKib === undefined) return undefined
  const command = (read(pid, 'cmdline') ?? '').split('\0').filter(Boolean).join(' ')
  return { pid, command, cpuSeconds: stat.cpuSeconds, peakRssBytes: Number(peakKib) * 1024 }
}

function statOf(pid: number): Stat | undefined {
  const text = read(pid, 'stat')
  if (text === undefined) return undefined
  // The second field is the name in parentheses and may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const cpuTicks = Number(fields[11]) + Number(fields[12])
  return { pid, parent: Number(fields[1]), state: fields[0] as string, cpuSeconds: cpuTicks / ticksPerSecond }
}

function read(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return undefined
  }
}
