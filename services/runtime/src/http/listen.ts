import type { Server } from 'node:net'
import { SpanledgerError } from '../errors.ts'

const problems: Record<string, readonly [code: string, what: string, hint: (variable: string | undefined) => string]> =
  {
    EADDRINUSE: [
      'PORT_BUSY',
      'is in use',
      (variable) =>
        variable === undefined
          ? 'stop what listens there, or set another port (`spanledger doctor` names its variable)'
          : `stop what listens there, or set ${variable} to another port`,
    ],
    EACCES: ['PORT_FORBIDDEN', 'may not be opened by this user', () => 'use a port above 1023'],
    EADDRNOTAVAIL: [
      'ADDRESS_UNKNOWN',
      'is not an address of this machine',
      () => 'set an address that it has, or 127.0.0.1',
    ],
    ENOTFOUND: ['ADDRESS_UNKNOWN', 'does not resolve', () => 'set an IP address, or 127.0.0.1'],
  }

export interface ListenOptions {
  /** Of the service, for the error. */
  readonly name: string
  readonly host: string
  readonly port: number
  /** The environment variable that decides the port, for the error. */
  readonly variable?: string | undefined
}

/** Resolves when the server listens; rejects with what is wrong with the address and what to do. */
export function listen(server: Server, { name, host, port, variable }: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const [code, what, hint] = problems[error.code ?? ''] ?? ['LISTEN_FAILED', error.message, () => 'see the cause']
      const message = `${name} cannot listen on ${host}:${port}: it ${what}`
      reject(new SpanledgerError(code, message, { retryable: false, hint: hint(variable), cause: error }))
    })
    server.listen(port, host, () => {
      server.removeAllListeners('error')
      resolve()
    })
  })
}
