import { SingleBar } from 'cli-progress'
import type { Terminal } from '../terminal/terminal.ts'
import type { ReplayProgress } from './replay.ts'

export interface ProgressDisplay {
  update(progress: ReplayProgress): void
  /** The door is away or busy: said once per cause, until something is acknowledged again. */
  waiting(reason: string): void
  stop(): void
}

const lineEveryMs = 5_000

/** A bar where someone watches, a line every few seconds where not. */
export function createProgressDisplay(terminal: Terminal, total: number): ProgressDisplay {
  return terminal.isInteractive ? bar(terminal, total) : lines(terminal, total)
}

function bar(terminal: Terminal, total: number): ProgressDisplay {
  const single = new SingleBar({
    stream: terminal.stream,
    format: '{bar} {percentage}% | {value}/{total} requests | {rate}/s | {note}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    fps: 10,
  })
  const startedMs = performance.now()
  single.start(total, 0, { rate: '0', note: 'sending' })
  return {
    update({ acknowledged, rejected }) {
      const rate = Math.round((acknowledged * 1000) / (performance.now() - startedMs))
      single.update(acknowledged, { rate: String(rate), note: rejected > 0 ? `${rejected} refused` : 'sending' })
    },
    waiting: (reason) => single.update({ note: `waiting for the door: ${reason}` }),
    stop: () => single.stop(),
  }
}

function lines(terminal: Terminal, total: number): ProgressDisplay {
  let saidMs = performance.now()
  let waitingFor = ''
  return {
    update({ acknowledged, rejected }) {
      waitingFor = ''
      if (performance.now() - saidMs < lineEveryMs) return
      saidMs = performance.now()
      terminal.err(`${acknowledged}/${total} requests acknowledged${rejected > 0 ? `, ${rejected} refused` : ''}`)
    },
    waiting(reason) {
      if (reason === waitingFor) return
      waitingFor = reason
      terminal.err(`waiting for the door: ${reason}`)
    },
    stop: () => undefined,
  }
}
