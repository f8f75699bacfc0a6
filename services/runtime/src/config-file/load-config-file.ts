import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { SpanledgerError } from '../errors.ts'
import { type ConfigFile, defaultConfigFile, parseConfigFile } from './config-file.ts'

/** The file that counts: `configured` (SPANLEDGER_CONFIG) if given, else spanledger.yaml in this directory if there. */
export function findConfigFile(configured: string | undefined, directory = '.'): string | undefined {
  if (configured !== undefined) return resolve(directory, configured)
  const usual = resolve(directory, 'spanledger.yaml')
  return existsSync(usual) ? usual : undefined
}

/**
 * What the file says, or every default without one.
 *
 * @throws ConfigFileError with every problem in it; SpanledgerError `CONFIG_FILE_UNREADABLE` when it cannot be read.
 */
export function loadConfigFile(path: string | undefined): ConfigFile {
  return path === undefined ? defaultConfigFile : parseConfigFile(readConfigText(path), path)
}

const reasons: Readonly<Record<string, string>> = { ENOENT: 'there is none', EISDIR: 'that is a directory' }

export function readConfigText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const { code = 'an error' } = cause as NodeJS.ErrnoException
    const why = reasons[code] === undefined ? code : `${code}, ${reasons[code]}`
    throw new SpanledgerError('CONFIG_FILE_UNREADABLE', `the configuration file ${path} cannot be read: ${why}`, {
      retryable: false,
      hint: 'set SPANLEDGER_CONFIG to the path of a YAML file that this user may read, or unset it',
      cause,
    })
  }
}
