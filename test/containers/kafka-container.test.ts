import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { parse } from 'yaml'
import { kafkaImage, startKafkaContainer } from './kafka-container.ts'

test('the tests take the Kafka of docker-compose.yml', () => {
  const { services } = parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }) as {
    services: { kafka: { image: string } }
  }
  expect(kafkaImage).toBe(services.kafka.image)
})

test('an engine that cannot fetch the image is a reason for there being no Kafka, not a failure', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'spanledger-engine-'))
  const socket = join(directory, 'docker.sock')
  const pulled: string[] = []
  const engine = createServer(({ method, url = '' }, response) => {
    if (url.endsWith('/_ping')) return response.end('OK')
    if (url.endsWith('/info')) return response.end(JSON.stringify({ OperatingSystem: 'of a test', OSType: 'linux' }))
    // asked by who runs in a container itself
    if (url.includes('/networks/')) return response.end('{"IPAM":{"Config":[{"Gateway":"127.0.0.1"}]}}')
    if (method === 'POST' && url.includes('/images/create')) pulled.push(decodeURIComponent(url))
    return response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"no network here"}')
  }).listen(socket)
  // testcontainers looks for it by itself
  vi.stubEnv('DOCKER_HOST', `unix://${socket}`)
  try {
    expect(await startKafkaContainer({})).toEqual({
      missing: expect.stringMatching(/^the engine cannot have apache\/kafka:4\.3\.0 \(.*no network here.*\)$/),
    })
    expect(pulled).toEqual([
      expect.stringMatching(/fromImage=apache\/kafka:4\.3\.0|fromImage=apache\/kafka&tag=4\.3\.0/),
    ])
  } finally {
    vi.unstubAllEnvs()
    engine.closeAllConnections()
    engine.close()
    await rm(directory, { recursive: true, force: true })
  }
})
