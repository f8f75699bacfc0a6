/** Where a command writes: data to `out`, progress and complaints to `err`. */
export interface Terminal {
  /** Someone watches `err` and it can redraw lines. */
  readonly isInteractive: boolean
  out(line: string): void
  err(line: string): void
  /** The raw stream of `err`, for bars and live lines. */
  readonly stream: NodeJS.WriteStream
}

export function createTerminal(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream): Terminal {
  // A reader that went away (`| head`) is not an error of ours.
  for (const stream of [stdout, stderr]) stream.on('error', ignoreClosedPipe)
  return {
    isInteractive: stderr.isTTY === true,
    out: (line) => void stdout.write(`${line}\n`),
    err: (line) => void stderr.write(`${line}\n`),
    stream: stderr,
  }
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}
