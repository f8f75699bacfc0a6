import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { FingerprintSet } from './fingerprint-set.ts'

const key = (n: number): string => createHash('sha256').update(String(n)).digest().toString('latin1', 0, 16)

test('a key that was added is always found, through every doubling', () => {
  const set = new FingerprintSet()
  for (let n = 0; n < 100_000; n++) {
    set.add(key(n))
    if (n % 997 === 0) for (let m = 0; m <= n; m += 101) expect(set.has(key(m))).toBe(true)
  }
  for (let n = 0; n < 100_000; n++) expect(set.has(key(n))).toBe(true)
  expect(set.size).toBeGreaterThan(99_990)
})

test('a key that was never added is taken for one that was less than once in 100,000 times', () => {
  const set = new FingerprintSet(200_000)
  for (let n = 0; n < 200_000; n++) set.add(key(n))
  let mistaken = 0
  for (let n = 200_000; n < 500_000; n++) if (set.has(key(n))) mistaken++
  expect(mistaken).toBeLessThanOrEqual(3)
})

test('it takes at most 14 bytes a key once it holds many, and 8 KiB when it is empty', () => {
  expect(new FingerprintSet().bytes).toBe(8192)
  const set = new FingerprintSet()
  for (let n = 0; n < 300_000; n++) set.add(key(n))
  expect(set.bytes / set.size).toBeLessThan(14)
})

test('adding a key again changes nothing', () => {
  const set = new FingerprintSet()
  set.add(key(1))
  set.add(key(1))
  expect(set.size).toBe(1)
})
