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

export function readConfigText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const { code = 'an error' } = cause as NodeJS.ErrnoException
    throw new SpanledgerError('CONFIG_FILE_UNREADABLE', `the configuration file ${path} cannot be read: ${code}`, {
      retryable: false,
      hint: 'give this user read access to it, or set SPANLEDGER_CONFIG to the path of a YAML file, or unset it',
      cause,
    })
  }
}
