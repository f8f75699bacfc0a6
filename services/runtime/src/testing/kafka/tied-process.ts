import { spawn } from 'node:child_process'
import { once } from 'node:events'

/**
 * Starts a command, kills it when this process ends, however it ends, and removes `directory` then: a pipe from here
 * keeps it alive, and nothing keeps a pipe open after `kill -9`. Needs nothing but a POSIX shell.
 */
const script = `
directory=$1
shift
exec 3<&0
"$@" 3<&- </dev/null &
child=$!
echo $child
( cat <&3 >/dev/null; trap '' TERM; kill -9 $child; sleep 1; rm -rf "$directory" ) >/dev/null 2>&1 &
wait $child
status=$?
kill $!
exit $status
`

export interface TiedProcess {
  readonly pid: number
  running(): boolean
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>
}

export async function startTied(
  command: readonly string[],
  { cwd, directory }: { readonly cwd: string; readonly directory: string },
): Promise<TiedProcess> {
  // Detached: Ctrl-C is for the tests, which stop what they started last.
  const shell = spawn('/bin/sh', ['-c', script, 'sh', directory, ...command], {
    cwd,
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  let running = true
  const exited = new Promise<void>((resolve) => {
    shell.once('exit', () => {
      running = false
      shell.stdin.destroy()
      resolve()
    })
  })
  shell.stdin.on('error', () => undefined)
  const [line] = (await once(shell.stdout, 'data')) as [Buffer]
  const pid = Number(line.toString().trim())
  return {
    pid,
    running: () => running,
    async kill() {
      if (running) process.kill(pid, 'SIGKILL')
      await exited
    },
  }
}
