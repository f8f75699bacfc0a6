import type { DestinationStream } from 'pino'

const colours: Record<string, number> = { trace: 90, debug: 90, info: 32, warn: 33, error: 31, fatal: 35 }
const hidden = new Set(['level', 'time', 'name', 'msg', 'pid', 'err', 'part'])

/** Turns the logger's JSON lines into short ones for a person: time, level, part or name, message, fields, then the error. */
export function createTerminalStream(output: { write(text: string): unknown }): DestinationStream {
  return { write: (line) => void output.write(formatLine(line)) }
}

export function formatLine(line: string): string {
  let entry: Record<string, unknown>
  try {
    entry = JSON.parse(line) as Record<string, unknown>
  } catch {
    return line
  }
  const level = String(entry['level'])
  const time = String(entry['time']).slice(11, 19)
  const fields = Object.entries(entry)
    .filter(([name]) => !hidden.has(name))
    .map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
  const name = entry['part'] ?? entry['name']
  const head = `${time} ${paint(level.toUpperCase().padEnd(5), colours[level] ?? 0)} ${paint(String(name), 36)}`
  return `${head} ${String(entry['msg'] ?? '')}${paint(fields.join(''), 90)}\n${describeError(entry['err'])}`
}

function describeError(value: unknown): string {
  if (typeof value !== 'object' || value === null) return ''
  const { message, hint, stack } = value as { message?: string; hint?: string; stack?: string }
  const what = hint === undefined ? (stack ?? message ?? '') : `${message}\n  what to do: ${hint}`
  return `  ${what.trimEnd()}\n`
}

function paint(text: string, colour: number): string {
  return text === '' ? '' : `\u001b[${colour}m${text}\u001b[0m`
}
