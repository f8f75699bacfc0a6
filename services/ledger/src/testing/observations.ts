import { hash } from 'node:crypto'
import type { Observation } from '../observation.ts'
import type { PriceRequest, PriceResult } from '../pricing/types.ts'

export const someTime = Date.UTC(2026, 10, 20, 10, 20)

/** An observation of one request, with everything a test does not care about filled in. */
export function observation(fields: Partial<Observation> = {}): Observation {
  return {
    tenant: 'acme',
    source: 'usage_event',
    dialect: 'usage_event',
    rank: 10,
    responseIdTrusted: fields.responseId !== undefined,
    at: someTime,
    receivedAt: someTime + 1000,
    provider: 'openai',
    status: 'ok',
    attribution: {},
    tags: {},
    resultCache: 'none',
    warnings: [],
    ...fields,
  }
}

/** A price that depends on everything a price may depend on, so that a wrong merge shows in the sum. */
export function somePrice(request: PriceRequest): PriceResult {
  const { usage = {} } = request
  const salt = hash('md5', `${request.provider}/${request.responseModel ?? request.requestModel}/${request.at}`, 'hex')
  const unit = BigInt(`0x${salt.slice(0, 10)}`)
  const input = BigInt(usage.input_tokens ?? 0) * unit
  const output = BigInt(usage.output_tokens ?? 0) * unit * 3n
  return {
    state: request.usage ? 'priced' : 'unpriced',
    provider: request.provider,
    model: request.responseModel ?? request.requestModel ?? '',
    costAtto: input + output,
    costInputAtto: input,
    costCacheReadAtto: 0n,
    costCacheWriteAtto: 0n,
    costOutputAtto: output,
    costOtherAtto: 0n,
    listAtto: input + output,
    withoutCacheAtto: input + output,
    unpricedTokens: 0,
    priceVersion: 'test',
    priceRows: ['row'],
    contractId: '',
    contextBand: '',
    matchedBy: 'catalogue',
    warnings: request.usage ? [] : ['USAGE_MISSING'],
  }
}
