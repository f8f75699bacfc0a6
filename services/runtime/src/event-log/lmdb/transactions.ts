import { SpanledgerError } from '../../errors.ts'
import { GroupCommit } from './group-commit.ts'
import { translateError } from './lmdb-errors.ts'
import type { Store } from './store.ts'
import { type Append, type AppendLimits, writeAppends } from './writer.ts'

/** Writes to a store, each durable when it resolves. What comes at the same time shares a transaction. */
export interface Transactions {
  append(append: Append): Promise<void>
  /** Runs `action` in a transaction: what it puts is written, unless it throws before it puts. */
  run<T>(action: () => T): Promise<T>
  /** Resolves when nothing is under way. */
  idle(): Promise<void>
}

type Item = Append | (() => void)

/** So many calls share a transaction at most. */
const maxItems = 1_000

export function createTransactions(store: Store, dir: string, limits: AppendLimits): Transactions {
  const group = new GroupCommit<Item>(commit, { maxItems })

  /** An error that is not a refusal undoes the transaction as a whole. */
  async function commit(items: readonly Item[]): Promise<readonly (SpanledgerError | undefined)[]> {
    const appends = items.filter((item) => typeof item !== 'function')
    try {
      return await store.root.childTransaction(() => {
        const refusals = writeAppends(store, appends, limits)
        return items.map((item) => (typeof item === 'function' ? attempt(item) : refusals.shift()))
      })
    } catch (error) {
      throw translateError(await causeOf(error), `the event log in ${dir} cannot be written`)
    }
  }

  return {
    append: (append) => group.write(append),
    async run<T>(action: () => T): Promise<T> {
      let result: T | undefined
      await group.write(() => {
        result = action()
      })
      return result as T
    },
    idle: () => group.idle(),
  }
}

function attempt(action: () => void): SpanledgerError | undefined {
  try {
    action()
    return undefined
  } catch (error) {
    if (error instanceof SpanledgerError) return error
    throw error
  }
}

/** A commit that failed says why in a promise that comes with its error. */
async function causeOf(error: unknown): Promise<unknown> {
  try {
    return (await (error as { commitError?: Promise<unknown> }).commitError) ?? error
  } catch (cause) {
    return cause
  }
}
