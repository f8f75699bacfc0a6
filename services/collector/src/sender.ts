import type { Attributor } from '@spanledger/schemas/attribution/attributor'
import { decodePins } from '@spanledger/schemas/attribution/pins'
import type { Attribution } from '@spanledger/schemas/events/dimensions'
import { attributionHeader, tenantHeader } from '@spanledger/schemas/events/topics'
import type { KeyHolder } from './api-keys.ts'

/** Who sent a request, and what its key and the configuration of that moment decide of it. */
export interface Sender {
  /** undefined: its records may say it. */
  readonly tenant: string | undefined
  readonly pins: Attribution
  readonly attributor: Attributor
  /** Stamped on every record of the request; undefined when nothing is to be stamped. */
  readonly headers: Readonly<Record<string, string>> | undefined
}

export function createSender(holder: KeyHolder, attributor: Attributor): Sender {
  const { tenant, keySha256 } = holder
  const pinned = keySha256 === undefined ? undefined : attributor.pinsHeader(keySha256)
  const headers = {
    ...(tenant !== undefined && { [tenantHeader]: tenant }),
    ...(pinned !== undefined && { [attributionHeader]: pinned }),
  }
  return {
    tenant,
    pins: decodePins(pinned),
    attributor,
    headers: tenant === undefined && pinned === undefined ? undefined : headers,
  }
}
