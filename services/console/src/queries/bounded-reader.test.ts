import { expect, test } from 'vitest'
import { createBoundedReader } from './bounded-reader.ts'

const limits = { maxSeconds: 1, maxMemoryBytes: 1_000, maxThreads: 1, maxRunning: 2, maxWaiting: 3 }

/** A reader whose answers come when the test says so. */
function createHeldReader() {
  const held: { sql: string; answer: () => void; fail: () => void }[] = []
  return {
    held,
    query<Row>(sql: string): Promise<readonly Row[]> {
      return new Promise((resolve, reject) => {
        held.push({ sql, answer: () => resolve([]), fail: () => reject(new Error('broken')) })
      })
    },
  }
}

const turns = () => new Promise((resolve) => setImmediate(resolve))

test('few queries run at once, some wait, and more are refused as busy', async () => {
  const held = createHeldReader()
  const reader = createBoundedReader(held, limits)
  const answers = [1, 2, 3, 4, 5].map((id) => reader.query(`SELECT ${id}`))
  await expect(reader.query('SELECT 6')).rejects.toMatchObject({ code: 'CONSOLE_BUSY', retryable: true })
  expect(held.held).toHaveLength(2)
  held.held[0]?.answer()
  held.held[1]?.fail()
  await expect(answers[1]).rejects.toThrow('broken')
  await turns()
  expect(held.held).toHaveLength(4)
  for (let place = 2; place < 5; place++) {
    held.held[place]?.answer()
    await turns()
  }
  await Promise.all([answers[0], answers[2], answers[3], answers[4]])
})

test('the same question is asked once while it is being answered, and again later', async () => {
  const held = createHeldReader()
  const reader = createBoundedReader(held, limits)
  const both = [reader.query('SELECT 1', { a: 1 }), reader.query('SELECT 1', { a: 1 })]
  const other = reader.query('SELECT 1', { a: 2 })
  expect(held.held).toHaveLength(2)
  for (const query of held.held) query.answer()
  await Promise.all([...both, other])
  void reader.query('SELECT 1', { a: 1 })
  expect(held.held).toHaveLength(3)
})

test('every query carries its limits', async () => {
  const held = createHeldReader()
  void createBoundedReader(held, limits).query('SELECT 1')
  expect(held.held[0]?.sql).toMatch(/max_execution_time = 1, max_memory_usage = 1000, max_threads = 1$/)
})
