import { isMap, isScalar, parseDocument } from 'yaml'

/** One section as it stands in the text of the file: from its name to before what belongs to the next one. */
export interface FileSection {
  readonly text: string
  /** Where it begins, or would: lines from 1. */
  readonly line: number
}

interface Range {
  readonly start: number
  readonly end: number
}

/** The section as it is written, comments included; empty, at the end of the file, where there is none. */
export function sectionOf(file: string, name: string): FileSection {
  const { start, end } = rangeOf(file, name) ?? atEnd(file)
  return { text: file.slice(start, end), line: lineAt(file, start) }
}

/**
 * The file with another text for this section, to the letter as it was elsewhere. An empty text takes the section out.
 * Undefined where the file is not made of sections below each other (one map in braces, broken YAML).
 */
export function withSection(file: string, name: string, text: string): string | undefined {
  if (!isBlockMap(file)) return undefined
  const range = rangeOf(file, name)
  const section = text.trim() === '' ? '' : `${text.trimEnd()}\n`
  if (range) return file.slice(0, range.start) + section + file.slice(range.end)
  if (section === '') return file
  const before = file === '' || file.endsWith('\n') ? file : `${file}\n`
  return before === '' ? section : `${before}\n${section}`
}

function rangeOf(file: string, name: string): Range | undefined {
  const { contents } = parseDocument(file, { prettyErrors: false, logLevel: 'silent' })
  if (!isMap(contents)) return undefined
  const places = contents.items.flatMap(({ key }) =>
    isScalar(key) && key.range ? [{ name: String(key.value), start: key.range[0] }] : [],
  )
  const at = places.findIndex((place) => place.name === name)
  const found = places[at]
  if (found === undefined) return undefined
  const next = places[at + 1]?.start
  return { start: found.start, end: next === undefined ? file.length : endBefore(file, found.start, next) }
}

/** Comments that start their line, and empty lines, stand over the section that follows them. */
function endBefore(file: string, start: number, next: number): number {
  let end = next
  for (;;) {
    const line = file.lastIndexOf('\n', end - 2) + 1
    if (line <= start || !/^(?:#|\s*$)/.test(file.slice(line, end))) return end
    end = line
  }
}

function isBlockMap(file: string): boolean {
  const { contents, errors } = parseDocument(file, { prettyErrors: false, logLevel: 'silent' })
  return errors.length === 0 && (contents === null || (isMap(contents) && contents.flow !== true))
}

function atEnd(file: string): Range {
  return { start: file.length, end: file.length }
}

function lineAt(file: string, offset: number): number {
  return file.slice(0, offset).split('\n').length
}
