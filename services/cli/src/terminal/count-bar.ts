import { SingleBar } from 'cli-progress'
import type { Terminal } from './terminal.ts'

export interface CountBar {
  update(count: number): void
  stop(): void
}

const lineEveryMs = 5_000

/** How far something has come: a bar where someone watches, a line every few seconds where not. `total` 0: not known. */
export function createCountBar(terminal: Terminal, what: string, total: number): CountBar {
  if (terminal.isInteractive) {
    const known = total > 0 ? '{bar} {percentage}% | {value}/{total}' : '{value}'
    const bar = new SingleBar({
      stream: terminal.stream,
      format: `${what} ${known} charges`,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      hideCursor: true,
      clearOnComplete: true,
      fps: 10,
    })
    bar.start(total, 0)
    return { update: (count) => bar.update(count), stop: () => bar.stop() }
  }
  let saidMs = performance.now()
  return {
    update(count) {
      if (performance.now() - saidMs < lineEveryMs) return
      saidMs = performance.now()
      terminal.err(`${what}: ${count}${total > 0 ? `/${total}` : ''} charges`)
    },
    stop: () => undefined,
  }
}
