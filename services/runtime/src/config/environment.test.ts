import { expect, it } from 'vitest'
import { ConfigError } from './config-error.ts'
import { isLoopback, loadConfig } from './environment.ts'

function problemsOf(env: Record<string, string>): ConfigError {
  try {
    loadConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('nothing was wrong')
}

it('has a default for everything that an embedded start needs', () => {
  expect(loadConfig({})).toMatchObject({
    SPANLEDGER_DATA_DIR: './.spanledger',
    SPANLEDGER_HOST: '127.0.0.1',
    SPANLEDGER_OTLP_HTTP_PORT: 4318,
    SPANLEDGER_CONSOLE_PORT: 4320,
    SPANLEDGER_CLICKHOUSE_HTTP_PORT: 8123,
    SPANLEDGER_TIMEZONE: 'UTC',
  })
})

it('reads numbers as numbers, and takes an empty variable as not set', () => {
  const config = loadConfig({ SPANLEDGER_CONSOLE_PORT: '0', SPANLEDGER_TIMEZONE: '', PATH: '/bin' })
  expect(config.SPANLEDGER_CONSOLE_PORT).toBe(0)
  expect(config.SPANLEDGER_TIMEZONE).toBe('UTC')
  expect(config).not.toHaveProperty('PATH')
})

it('reads API keys with the tenant that each decides; a key may hold colons', () => {
  const { SPANLEDGER_API_KEYS } = loadConfig({ SPANLEDGER_API_KEYS: 'k1:acme, sk:live:2:globex' })
  expect(SPANLEDGER_API_KEYS).toEqual([
    { key: 'k1', tenant: 'acme' },
    { key: 'sk:live:2', tenant: 'globex' },
  ])
})

it.each(['acme', ':acme', 'k:', 'k:a b', 'k 1:a', 'k:a,k:b', 'k:a,'])('refuses API keys like %j', (keys) => {
  expect(problemsOf({ SPANLEDGER_API_KEYS: keys }).problems[0]!.variable).toBe('SPANLEDGER_API_KEYS')
})

it('reports every problem at once: which variable, what was given, what to do', () => {
  const { message, problems } = problemsOf({
    SPANLEDGER_CONSOLE_PORT: 'banana',
    SPANLEDGER_OTLP_HTTP_PORT: '65536',
    SPANLEDGER_TIMEZONE: 'Mars/Olympus',
    CLICKHOUSE_URL: 'ftp://somewhere',
    SPANLEDGER_HOST: '0.0.0.0',
    SPANLEDGER_NONSENSE_WITHOUT_LIKENESS: '1',
  })
  expect(new Set(problems.map(({ variable }) => variable))).toEqual(
    new Set([
      'SPANLEDGER_CONSOLE_PORT',
      'SPANLEDGER_OTLP_HTTP_PORT',
      'SPANLEDGER_TIMEZONE',
      'CLICKHOUSE_URL',
      'SPANLEDGER_HOST',
      'SPANLEDGER_NONSENSE_WITHOUT_LIKENESS',
    ]),
  )
  expect(message.split('\n')).toHaveLength(6)
  expect(message).toContain('SPANLEDGER_CONSOLE_PORT="banana" cannot be used: it takes a port number')
})

it('suggests the name that was meant', () => {
  const { message } = problemsOf({ SPANLEDGER_OTLP_HTTP_PRT: '4318' })
  expect(message).toBe(
    'SPANLEDGER_OTLP_HTTP_PRT is not a variable of spanledger: did you mean SPANLEDGER_OTLP_HTTP_PORT?',
  )
})

it('never shows a secret', () => {
  const { message } = problemsOf({
    SPANLEDGER_API_KEYS: 's3cret',
    SLACK_WEBHOOK_URL: 'ftp://s3cret',
    CLICKHOUSE_URL: 'http://user:s3cret@host',
  })
  expect(message).not.toContain('s3cret')
  expect(message).toContain('SPANLEDGER_API_KEYS=[redacted]')
})

it('listens beyond this machine only with API keys', () => {
  expect(problemsOf({ SPANLEDGER_HOST: '10.0.0.5' }).message).toContain('SPANLEDGER_API_KEYS=key:tenant')
  expect(loadConfig({ SPANLEDGER_HOST: '10.0.0.5', SPANLEDGER_API_KEYS: 'k:t' }).SPANLEDGER_HOST).toBe('10.0.0.5')
  expect(['127.0.0.1', '127.8.8.8', '::1', 'localhost'].every(isLoopback)).toBe(true)
  expect(['0.0.0.0', '::', '127.0.0.1.example.com', '128.0.0.1', ''].some(isLoopback)).toBe(false)
})

it('refuses the same port twice, but any number of free ones', () => {
  expect(problemsOf({ SPANLEDGER_CONSOLE_PORT: '4318' }).message).toContain('is also SPANLEDGER_OTLP_HTTP_PORT')
  loadConfig({ SPANLEDGER_CONSOLE_PORT: '0', SPANLEDGER_OTLP_HTTP_PORT: '0' })
})

it('reads the brokers of Kafka as a list', () => {
  const config = loadConfig({ KAFKA_BROKERS: 'kafka-1:9092, [::1]:9093', KAFKA_TOPIC_PREFIX: 'x.' })
  expect(config.KAFKA_BROKERS).toEqual(['kafka-1:9092', '[::1]:9093'])
})

it('says what is wrong with each broker', () => {
  for (const [given, problem] of [
    ['kafka', 'entry 1 has no host and port'],
    ['a:1,,b:2', 'entry 2 is empty'],
    ['kafka://a:9092', 'entry 1 is a URL'],
    ['a:99999', 'entry 1 has a port that does not exist'],
  ] as const) {
    expect(problemsOf({ KAFKA_BROKERS: given }).message).toContain(problem)
  }
})

it('does not take half a login to Kafka, nor an authority for a connection without TLS', () => {
  const { problems } = problemsOf({ KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_PASSWORD: 'x', KAFKA_SSL_CA: 'ca.pem' })
  expect(problems.map(({ variable }) => variable)).toEqual(['KAFKA_SASL_USERNAME', 'KAFKA_SSL_CA'])
  loadConfig({ KAFKA_SSL: 'true', KAFKA_SSL_CA: 'ca.pem' })
})
