import { expect, it } from 'vitest'
import { SpanledgerError } from './errors.ts'
import { createLogger } from './logger.ts'
import { createTerminalStream, formatLine } from './logger/terminal.ts'

function createSink() {
  const lines: string[] = []
  return { lines, destination: { write: (line: string) => void lines.push(line) } }
}
// eslint-disable-next-line no-control-regex
const plain = (text: string) => text.replaceAll(/\u001b\[\d+m/g, '')

it('writes JSON lines with time, level and name', () => {
  const { lines, destination } = createSink()
  createLogger({ name: 'collector', destination }).info({ port: 4318 }, 'listening')
  expect(JSON.parse(lines[0]!)).toMatchObject({ level: 'info', name: 'collector', port: 4318, msg: 'listening' })
  expect(Date.parse(JSON.parse(lines[0]!).time)).toBeGreaterThan(0)
})

it('never writes secrets', () => {
  const { lines, destination } = createSink()
  const logger = createLogger({ name: 'collector', destination })
  logger.info({ password: 'p4ss', options: { apiKey: 'k3y', host: 'h' }, headers: { authorization: 'Bearer t0ken' } })
  expect(lines[0]).not.toMatch(/p4ss|k3y|t0ken/)
  expect(lines[0]).toContain('"host":"h"')
})

it('is short and readable on a terminal, and says what to do about an error', () => {
  const { lines, destination } = createSink()
  const logger = createLogger({ name: 'door', destination: createTerminalStream(destination) })
  const err = new SpanledgerError('PORT_BUSY', 'port 4318 is in use', { retryable: false, hint: 'set another' })
  logger.warn({ err, attempt: 2 }, 'cannot start')
  expect(plain(lines[0]!)).toMatch(
    /^\d\d:\d\d:\d\d WARN {2}door cannot start attempt=2\n {2}port 4318 is in use\n {2}what to do: set another\n$/,
  )
})

it('says in a line what will be tried again, and where in the code only what will not', () => {
  const { lines, destination } = createSink()
  const logger = createLogger({ name: 'ledger', destination })
  const away = (retryable: boolean) =>
    new SpanledgerError('LOG_UNAVAILABLE', 'no broker', { retryable, hint: 'start one', cause: new Error('refused') })
  logger.warn({ err: away(true) }, 'trying again')
  logger.error({ err: away(false) }, 'ending')
  expect(JSON.parse(lines[0]!).err).toEqual({
    code: 'LOG_UNAVAILABLE',
    message: 'no broker',
    hint: 'start one',
    cause: 'refused',
  })
  expect(JSON.parse(lines[1]!).err.stack).toContain('logger.test.ts')
})

it('passes on lines that it cannot read', () => {
  expect(formatLine('not json\n')).toBe('not json\n')
})
