import { type Clock, sleep } from '@spanledger/runtime/clock'
import type { Terminal } from '../terminal/terminal.ts'

export interface LiveLineOptions {
  readonly terminal: Terminal
  readonly clock: Clock
  /** What the line says now; rejects when that could not be found out. */
  read(): Promise<string>
}

export interface LiveLine {
  /** A line that stays, above the one that moves. */
  say(line: string): void
  stop(): Promise<void>
}

const redrawEveryMs = 1_000
const lineEveryMs = 15_000
const clearLine = '\r\u001B[K'

/** One line that redraws itself where someone watches, a line now and then where not. */
export function createLiveLine({ terminal, clock, read }: LiveLineOptions): LiveLine {
  const stopping = new AbortController()
  const everyMs = terminal.isInteractive ? redrawEveryMs : lineEveryMs
  let shown = ''

  function draw(line: string): void {
    shown = line
    if (terminal.isInteractive) terminal.stream.write(clearLine + line.slice(0, (terminal.stream.columns || 120) - 1))
    else terminal.err(line)
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      // A question that could not be answered now is asked again in a moment.
      const line = await read().catch(() => undefined)
      if (line !== undefined && !stopping.signal.aborted) draw(line)
      await sleep(clock, everyMs, stopping.signal)
    }
  }

  const running = run()
  return {
    say(line) {
      if (terminal.isInteractive) terminal.stream.write(clearLine)
      terminal.out(line)
      if (terminal.isInteractive && shown !== '') draw(shown)
    },
    async stop() {
      stopping.abort()
      await running
      if (terminal.isInteractive) terminal.stream.write(clearLine)
    },
  }
}
