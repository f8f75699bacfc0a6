import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { access, chmod, link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { SpanledgerError } from '../../errors.ts'
import { serverConfigXml, usersConfigXml } from './server-config.ts'

/** Where the embedded server keeps its things, all under `<data directory>/clickhouse`. */
export interface ServerFiles {
  readonly root: string
  readonly data: string
  readonly config: string
  readonly log: string
  readonly pid: string
  readonly password: string
  readonly grafanaPassword: string
}

export function serverFiles(dataDir: string): ServerFiles {
  const root = path.resolve(dataDir, 'clickhouse')
  return {
    root,
    data: path.join(root, 'data'),
    config: path.join(root, 'config.xml'),
    log: path.join(root, 'clickhouse.log'),
    pid: path.join(root, 'server.json'),
    password: path.join(root, 'password'),
    grafanaPassword: path.join(root, 'grafana-password'),
  }
}

export interface Credentials {
  readonly password: string
  readonly grafanaPassword: string
}

/** What an HTTP header carries unchanged, and the engine's configuration does not take for a pattern. */
const acceptablePassword = /^(?!regex:)[!-~]{8,}$/

/** Makes the directories, the passwords that are not there yet, and the configuration. Only the owner can read them. */
export async function writeServerFiles(
  files: ServerFiles,
  password: string | undefined,
  tcp: boolean,
): Promise<Credentials> {
  if (password !== undefined && !acceptablePassword.test(password)) {
    throw new SpanledgerError('PASSWORD_INVALID', 'the password of the embedded ClickHouse cannot be used', {
      retryable: false,
      hint: 'SPANLEDGER_CLICKHOUSE_PASSWORD is 8 or more printable ASCII characters without spaces, or unset',
    })
  }
  try {
    await mkdir(files.data, { recursive: true, mode: 0o700 })
    await access(files.root, constants.R_OK | constants.W_OK | constants.X_OK)
    await access(files.data, constants.R_OK | constants.W_OK | constants.X_OK)
    if (password !== undefined) await writePrivate(files.password, password)
    const credentials = {
      password: password ?? (await readOrCreateSecret(files.password)),
      grafanaPassword: await readOrCreateSecret(files.grafanaPassword),
    }
    const config = { ...credentials, logFile: files.log, tcp }
    await writePrivate(files.config, serverConfigXml(config))
    await writePrivate(path.join(files.root, 'users.xml'), usersConfigXml(config))
    return credentials
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new SpanledgerError('DATA_DIR_UNUSABLE', `cannot use ${files.root}: ${reason}`, {
      retryable: false,
      hint: 'give this user read and write access to the directory, or set SPANLEDGER_DATA_DIR to another one',
      cause,
    })
  }
}

/** Two starts at the same time get the same secret: whoever links its file first. */
async function readOrCreateSecret(file: string): Promise<string> {
  const known = await readFile(file, 'utf8').catch(() => '')
  if (known.trim() !== '') return known.trim()
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, randomBytes(24).toString('base64url'), { mode: 0o600 })
  try {
    await link(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(draft, { force: true })
  }
  return (await readFile(file, 'utf8')).trim()
}

export async function writePrivate(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, text, { mode: 0o600 })
  await chmod(draft, 0o600)
  await rename(draft, file)
}
