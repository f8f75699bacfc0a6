import { createHash, timingSafeEqual } from 'node:crypto'

export interface ApiKey {
  readonly key: string
  readonly tenant: string
}

/** The tenant of a valid `Authorization: Bearer` header, else undefined. */
export type Authenticate = (authorization: string | undefined) => string | undefined

/** Every key is compared, in constant time each, so the time of an answer tells nothing about them. */
export function createAuthenticate(apiKeys: readonly ApiKey[]): Authenticate {
  const keys = apiKeys.map(({ key, tenant }) => ({ digest: digest(key), tenant }))
  return function authenticate(authorization) {
    const token = /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
    const asked = digest(token ?? '')
    let found: string | undefined
    for (const { digest, tenant } of keys) if (timingSafeEqual(digest, asked)) found = tenant
    return token === undefined ? undefined : found
  }
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}
