import { expect, it } from 'vitest'
import type { Position } from '../event-log/port.ts'
import { settle } from '../testing/manual-clock.ts'
import { Committer } from './committer.ts'

const at = (partition: number, offset: number): Position => ({ topic: 't', partition, offset })

it('commits one set at a time, and what came meanwhile together', async () => {
  const calls: (readonly Position[])[] = []
  const release: (() => void)[] = []
  const committer = new Committer((positions) => {
    calls.push(positions)
    return new Promise((resolve) => release.push(resolve))
  })
  const first = committer.add([at(0, 1)])
  await settle()
  const second = committer.add([at(0, 2), at(1, 5)])
  const third = committer.add([at(0, 3)])
  await settle()
  expect(calls).toEqual([[at(0, 1)]])
  release[0]!()
  await first
  await settle()
  expect(calls[1]).toEqual([at(0, 3), at(1, 5)])
  release[1]!()
  await Promise.all([second, third])
  expect(calls).toHaveLength(2)
})

it('tells everyone whose positions were in a commit that failed, and can go on', async () => {
  let fail = true
  const committed: Position[] = []
  const committer = new Committer(async (positions) => {
    if (fail) throw new Error('no')
    committed.push(...positions)
  })
  await expect(committer.add([at(0, 1)])).rejects.toThrow('no')
  fail = false
  await committer.add([at(0, 1)])
  expect(committed).toEqual([at(0, 1)])
})
