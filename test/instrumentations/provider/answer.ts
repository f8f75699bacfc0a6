import type { Usage } from '@spanledger/schemas/events/usage'
import type { Amounts } from './amounts.ts'
import type { Api, Told } from './bill.ts'
import type { Case } from './cases.ts'

/** A request that was understood and is answered. */
export interface Asked {
  readonly body: { readonly [name: string]: unknown }
  readonly model: string
  readonly asked: Case
  readonly amounts: Amounts
  readonly random: () => number
}

/** What an API says to a request: whole, or as the events of a stream. */
export interface Answer {
  readonly id: string | undefined
  readonly usage: Usage
  /** What the client knows of the usage at the end of the answer, and in the middle of it. */
  readonly tells: { readonly atEnd: Told; readonly midway: Told }
  readonly stream: boolean
  readonly json: unknown
  /** `more` is what an endless stream repeats. */
  readonly events: { readonly head: readonly Event[]; readonly more: Event; readonly tail: readonly Event[] }
}

/** A server-sent event; OpenAI's chat stream has no names. */
export interface Event {
  readonly name?: string
  readonly data: unknown
}

/** One API of one provider. */
export interface ProviderApi {
  readonly api: Api
  /** Of the URL; the first group, if any, is the model. */
  readonly path: RegExp
  answer(asked: Asked): Answer
  refusal(status: number): unknown
}

export const words = ['A ', 'short ', 'answer ', 'in ', 'a ', 'few ', 'words.']
export const text = words.join('')

/** Only what was used: a bill has no lines of zero. */
export function used(usage: Usage): Usage {
  return Object.fromEntries(Object.entries(usage).filter(([, count]) => count > 0))
}
