import type { Usage } from '@spanledger/schemas/events/usage'

export type Api = 'chat' | 'responses' | 'embeddings' | 'messages' | 'generate_content'

/** Of a stream that the client left, some providers have told the input by then. */
export type Told = 'whole' | 'input' | 'nothing'

/** One HTTP request, as the provider remembers it. */
export interface BillLine {
  /** The API key that it came with: every scenario has its own. */
  readonly account: string
  readonly api: Api
  /** What the prompt asked for, see `cases.ts`. */
  readonly case: string
  readonly stream: boolean
  readonly status: number
  /** What of the usage the client was sent: no telemetry can know more. */
  readonly told: Told
  readonly model: string
  /** Of the response, where this API gives one. */
  readonly id: string | undefined
  /** What is billed, in the ledger's terms; absent for a request that was refused. */
  readonly usage: Usage | undefined
  /** Of the input: prompts of the provider's own tools. */
  readonly toolPrompt: number
}

export interface Bill {
  add(line: BillLine): void
  of(account: string): readonly BillLine[]
}

export function createBill(): Bill {
  const lines: BillLine[] = []
  return {
    add: (line) => void lines.push(line),
    of: (account) => lines.filter((line) => line.account === account),
  }
}
