import { createHash } from 'node:crypto'
import {
  closeSync,
  copyFileSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { type ConfigFile, parseConfigFile } from './config-file.ts'
import { ConfigFileError, type ConfigFileProblem, describeProblem } from './config-file-error.ts'
import { SpanledgerError } from '../errors.ts'
import { fieldsOf } from './fields.ts'
import { type FileSection, sectionOf, withSection } from './file-section.ts'
import { readConfigText } from './load-config-file.ts'
import type { SectionName } from './sections.ts'
import { readYaml } from './yaml-text.ts'

/** A section of the configuration file, to be changed by a program on behalf of a person. */
export interface SectionEditor {
  /** Throws CONFIG_FILE_UNREADABLE. */
  read(): FileSection & { readonly etag: string }
  /** What the file would say with this text; the lines of problems are those of the text, 0 where they lie elsewhere in the file. */
  check(text: string): SectionCheck
  /**
   * Writes the file whole: a new one is renamed over it, and the one before stays as `<file>.bak`. Resolves to the new etag.
   *
   * @throws CONFIG_FILE_CHANGED when the file is no longer the one of this etag, CONFIG_SECTION_INVALID for a text with
   * problems, CONFIG_FILE_UNWRITABLE.
   */
  save(text: string, etag: string): string
}

export interface SectionCheck {
  readonly problems: readonly ConfigFileProblem[]
  /** Where there are none. */
  readonly config?: ConfigFile
}

export function createSectionEditor(path: string, name: SectionName): SectionEditor {
  return {
    read() {
      const file = readConfigText(path)
      return { ...sectionOf(file, name), etag: etagOf(file) }
    },
    check(text) {
      const { problems, config } = checkSection(readConfigText(path), name, text, path)
      return { problems, ...(config && { config }) }
    },
    save(text, etag) {
      const file = readConfigText(path)
      if (etagOf(file) !== etag) {
        throw new SpanledgerError('CONFIG_FILE_CHANGED', `${path} was changed meanwhile`, {
          retryable: false,
          hint: 'read it again, and put your change into what it says now',
        })
      }
      const { whole, problems } = checkSection(file, name, text, path)
      if (problems.length > 0) {
        const what = problems.map(describeProblem).join('; ')
        throw new SpanledgerError('CONFIG_SECTION_INVALID', what, { retryable: false, hint: 'correct these first' })
      }
      replaceFile(path, whole)
      return etagOf(whole)
    },
  }
}

/**
 * What `file` would say with this text for its section.
 *
 * @param path how messages call the file.
 */
export function checkSection(
  file: string,
  name: SectionName,
  text: string,
  path: string,
): { readonly whole: string } & SectionCheck {
  const own = readYaml(text)
  if (own.problems.length > 0) return { whole: file, problems: own.problems }
  const asIs = readYaml(file).problems
  if (asIs.length > 0) return { whole: file, problems: asIs.map((each) => ({ ...each, line: 0 })) }
  if (own.data !== null && !(name in fieldsOf(own.data))) {
    return {
      whole: file,
      problems: [{ line: 1, path: [], problem: `does not begin with "${name}:", the section's name` }],
    }
  }
  const whole = withSection(file, name, text)
  if (whole === undefined) {
    const problem = 'the file is not made of sections below each other: edit it by hand'
    return { whole: file, problems: [{ line: 0, path: [], problem }] }
  }
  const others = changedSections(file, whole, name)
  if (others.length > 0) {
    const problem = `goes beyond the section ${name}: ${others.join(', ')} is changed only in the file itself`
    return { whole, problems: [{ line: lineOfKey(text, others[0]), path: [], problem }] }
  }
  try {
    return { whole, problems: [], config: parseConfigFile(whole, path) }
  } catch (error) {
    if (!(error instanceof ConfigFileError)) throw error
    // Whatever stands above the name in the text is part of it.
    const first = sectionOf(whole, name).line - sectionOf(text, name).line
    const length = text.trimEnd().split('\n').length
    const problems = error.problems.map((each) => {
      const line = each.line - first
      return { ...each, line: line >= 1 && line <= length ? line : 0 }
    })
    return { whole, problems }
  }
}

/** Names of sections other than this one that differ. */
function changedSections(before: string, after: string, name: string): string[] {
  const [was, is] = [before, after].map((text) => readYaml(text))
  // What cannot be read is said by the check of the whole.
  if (!was || !is || was.problems.length > 0 || is.problems.length > 0) return []
  const [old, now] = [fieldsOf(was.data), fieldsOf(is.data)]
  const names = new Set([...Object.keys(old), ...Object.keys(now)])
  return [...names].filter((each) => each !== name && !isDeepStrictEqual(old[each], now[each]))
}

function lineOfKey(text: string, key = ''): number {
  return text.split('\n').findIndex((line) => line.startsWith(key)) + 1
}

function etagOf(file: string): string {
  return createHash('sha256').update(file).digest('base64url').slice(0, 22)
}

/** Whoever reads at any moment, also after a crash, finds the old one or the new one. A link stays one. */
function replaceFile(path: string, text: string): void {
  try {
    const target = realpathSync(path)
    const next = `${target}.${process.pid}.new`
    try {
      const file = openSync(next, 'w', statSync(target).mode)
      try {
        writeSync(file, text)
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
      copyFileSync(target, `${target}.bak`)
      renameSync(next, target)
    } catch (error) {
      rmSync(next, { force: true })
      throw error
    }
  } catch (cause) {
    const { code = 'an error' } = cause as NodeJS.ErrnoException
    throw new SpanledgerError('CONFIG_FILE_UNWRITABLE', `${path} cannot be written: ${code}`, {
      retryable: false,
      hint: 'give this user write access to the file and its directory, or change the file where it comes from',
      cause,
    })
  }
}
