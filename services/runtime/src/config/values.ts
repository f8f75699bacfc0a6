import { z } from 'zod'

/** A port: 0 lets the system choose a free one. */
export const port = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .refine((value) => value <= 65_535)

export const positiveInteger = z
  .string()
  .regex(/^[1-9]\d{0,15}$/)
  .transform(Number)
  .refine(Number.isSafeInteger)

export const flag = z.enum(['true', 'false', '1', '0']).transform((value) => value === 'true' || value === '1')

/** http or https, without a user or password in it: those have variables of their own. */
export const httpUrl = z.string().refine((value) => {
  const url = URL.canParse(value) ? new URL(value) : undefined
  return url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
})

/** A name of the IANA time zone database that this system knows. */
export const timeZone = z.string().refine((value) => /^[A-Za-z]/.test(value) && isTimeZone(value))

function isTimeZone(value: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: value }).format(0)
    return true
  } catch {
    return false
  }
}

export interface ApiKey {
  readonly key: string
  readonly tenant: string
}

/** `key:tenant,key:tenant`. A key may hold colons, a tenant may not. */
export const apiKeys = z.string().transform((text, context): ApiKey[] => {
  const keys = new Map<string, ApiKey>()
  for (const [index, entry] of text.split(',').entries()) {
    const colon = entry.lastIndexOf(':')
    const key = entry.slice(0, Math.max(colon, 0)).trim()
    const tenant = entry.slice(colon + 1).trim()
    const problem =
      colon < 0
        ? 'has no colon'
        : !/^[\x21-\x7e]+$/.test(key)
          ? 'has an empty key, or one with spaces or characters beyond ASCII'
          : !/^[\w.-]{1,128}$/.test(tenant)
            ? 'has an empty tenant, or one with other characters than letters, digits, "_", "." and "-"'
            : keys.has(key)
              ? 'repeats a key'
              : undefined
    if (problem !== undefined) context.addIssue({ code: 'custom', message: `entry ${index + 1} ${problem}` })
    keys.set(key, { key, tenant })
  }
  return [...keys.values()]
})

/** What a topic or a group may be called. */
export const kafkaName = z.string().regex(/^[\w.-]{1,100}$/)

/** `host:port,host:port`, an IPv6 address in brackets. */
export const kafkaBrokers = z.string().transform((text, context): string[] => {
  const brokers = text.split(',').map((broker) => broker.trim())
  for (const [index, broker] of brokers.entries()) {
    const [, host, number] = /^(\[[\da-fA-F:.]+\]|[\w.-]+):(\d{1,5})$/.exec(broker) ?? []
    const problem =
      broker === ''
        ? 'is empty'
        : broker.includes('://')
          ? 'is a URL: leave out what is before the host'
          : host === undefined || number === undefined
            ? 'has no host and port'
            : Number(number) < 1 || Number(number) > 65_535
              ? 'has a port that does not exist'
              : undefined
    if (problem !== undefined) context.addIssue({ code: 'custom', message: `entry ${index + 1} ${problem}` })
  }
  return brokers
})
