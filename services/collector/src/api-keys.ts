import { createHash, timingSafeEqual } from 'node:crypto'

export interface ApiKey {
  readonly key: string
  readonly tenant: string
}

/** Whose key came with a request. */
export interface KeyHolder {
  readonly tenant: string | undefined
  /** Hex digits; undefined where no key is asked for. */
  readonly keySha256: string | undefined
}

/** Whose a valid `Authorization` header is, else undefined. */
export type Authenticate = (authorization: string | undefined) => KeyHolder | undefined

/** Every key is compared, in constant time each, so the time of an answer tells nothing about them. */
export function createAuthenticate(apiKeys: readonly ApiKey[]): Authenticate {
  const keys = apiKeys.map(({ key, tenant }) => {
    const hash = digest(key)
    return { digest: hash, holder: { tenant, keySha256: hash.toString('hex') } }
  })
  return function authenticate(authorization) {
    const token = tokenIn(authorization ?? '')
    const asked = digest(token ?? '')
    let found: KeyHolder | undefined
    for (const { digest, holder } of keys) if (timingSafeEqual(digest, asked)) found = holder
    return token === undefined ? undefined : found
  }
}

/** `Bearer <key>`, or the password of `Basic`: exporters of Langfuse can send nothing else. */
function tokenIn(authorization: string): string | undefined {
  const [, scheme = '', credentials = ''] = /^(bearer|basic) +(\S+)$/i.exec(authorization) ?? []
  if (scheme.toLowerCase() !== 'basic') return credentials || undefined
  const plain = Buffer.from(credentials, 'base64').toString('utf8')
  const colon = plain.indexOf(':')
  return colon < 0 ? undefined : plain.slice(colon + 1)
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}
