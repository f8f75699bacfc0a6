import { existsSync } from 'node:fs'
import { type RequestOptions, request } from 'node:http'
import { homedir } from 'node:os'
import { join } from 'node:path'

const answerLimitMs = 2_000

/** What is looked at: `DOCKER_HOST` and `XDG_RUNTIME_DIR`. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Whether a Docker engine answers: at `DOCKER_HOST`, or without it at the sockets where testcontainers looks. Prints
 * nothing and takes at most two seconds, none where there is no socket; testcontainers itself waits without a limit.
 */
export async function dockerAnswers(environment: Environment): Promise<boolean> {
  const answers = await Promise.all(addresses(environment).map(ping))
  return answers.includes(true)
}

function addresses(environment: Environment): RequestOptions[] {
  const given = environment.DOCKER_HOST ?? ''
  if (URL.canParse(given)) {
    const { protocol, pathname, hostname, port } = new URL(given)
    return [protocol === 'unix:' ? { socketPath: pathname } : { host: hostname, port: port || 2375 }]
  }
  const ofUser = environment.XDG_RUNTIME_DIR ?? `/run/user/${process.getuid?.()}`
  const sockets = [
    '/var/run/docker.sock',
    join(ofUser, 'docker.sock'),
    join(homedir(), '.docker/run/docker.sock'),
    join(homedir(), '.docker/desktop/docker.sock'),
  ]
  return sockets.filter((path) => existsSync(path)).map((socketPath) => ({ socketPath }))
}

/** An engine that wants TLS answers too: it says that this is no TLS (400). */
function ping(address: RequestOptions): Promise<boolean> {
  return new Promise((resolve) => {
    const asking = request({ ...address, path: '/_ping', signal: AbortSignal.timeout(answerLimitMs) }, (response) => {
      response.resume()
      resolve((response.statusCode ?? 500) < 500)
    })
    asking.on('error', () => resolve(false))
    asking.end()
  })
}
