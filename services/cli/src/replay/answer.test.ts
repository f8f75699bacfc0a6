import { expect, test } from 'vitest'
import { readAnswer } from './answer.ts'

const json = (value: unknown) => Buffer.from(JSON.stringify(value))

test('an empty OTLP answer means everything was taken', () => {
  expect(readAnswer(200, 'application/x-protobuf', new Uint8Array())).toEqual({ rejected: 0, refused: [] })
  expect(readAnswer(200, 'application/json', json({}))).toEqual({ rejected: 0, refused: [] })
})

test('a partial success is read in both encodings', () => {
  const expected = { rejected: 300, refused: [{ code: 'PARTIAL_SUCCESS', message: 'why' }] }
  const protobuf = Buffer.from([0x0a, 8, 0x08, 0xac, 0x02, 0x12, 3, ...Buffer.from('why')])
  expect(readAnswer(200, 'application/x-protobuf', protobuf)).toEqual(expected)
  const partialSuccess = { rejectedSpans: '300', errorMessage: 'why' }
  expect(readAnswer(200, 'application/json', json({ partialSuccess }))).toEqual(expected)
})

test('a warning about what was taken is no refusal', () => {
  const warning = Buffer.from([0x0a, 5, 0x12, 3, ...Buffer.from('hm!')])
  expect(readAnswer(200, 'application/x-protobuf', warning)).toEqual({ rejected: 0, refused: [] })
})

test('usage items that were all refused are an answer; an error about the whole body is not', () => {
  const rejected = [{ index: 0, code: 'USAGE_NEGATIVE', message: 'm' }]
  expect(readAnswer(400, 'application/json', json({ accepted: 0, rejected }))?.rejected).toBe(1)
  expect(readAnswer(400, 'application/json', json({ code: 3, message: 'undecodable' }))).toBeUndefined()
  expect(readAnswer(404, 'text/html', Buffer.from('<p>'))).toBeUndefined()
})
