import { expect, it } from 'vitest'
import { SpanledgerError } from '../../errors.ts'
import { GroupCommit } from './group-commit.ts'

const refusal = new SpanledgerError('LOG_FULL', 'full', { retryable: true, hint: 'wait' })

it('puts what comes while a commit is under way into the next one, in order', async () => {
  const batches: (readonly number[])[] = []
  const release: (() => void)[] = []
  const group = new GroupCommit<number>(
    async (items) => {
      batches.push(items)
      await new Promise<void>((resolve) => release.push(resolve))
      return items.map(() => undefined)
    },
    { maxItems: 3 },
  )
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  const first = group.write(1)
  await turn()
  const others = [2, 3, 4, 5].map((item) => group.write(item))
  release[0]!()
  await first
  await turn()
  release[1]!()
  await turn()
  release[2]!()
  await Promise.all(others)
  await group.idle()
  expect(batches).toEqual([[1], [2, 3, 4], [5]])
})

it('refuses some of a batch and takes the others; when the commit fails, all of it', async () => {
  let broken = false
  const group = new GroupCommit<string>(
    async (items) => {
      if (broken) throw new Error('the disk is gone')
      return items.map((item) => (item === 'large' ? refusal : undefined))
    },
    { maxItems: 10 },
  )
  const outcomes = await Promise.allSettled(['small', 'large', 'small'].map((item) => group.write(item)))
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  broken = true
  await expect(group.write('small')).rejects.toThrow('the disk is gone')
  broken = false
  await group.write('small')
})
