import { afterEach, describe, expect, it } from 'vitest'
import { event, openDoor, type OpenDoor, spanJson } from './testing/open-door.ts'

let door: OpenDoor
afterEach(() => door.close())

describe('who sends', () => {
  const apiKeys = [
    { key: 'k-one', tenant: 'one' },
    { key: 'k-two', tenant: 'two' },
  ]

  it('is asked for a key when there are keys, and the key decides the tenant', async () => {
    door = await openDoor({ apiKeys, tenant: 'ignored' })
    for (const authorization of ['', 'Bearer', 'Bearer nope', 'Basic k-one', 'k-one']) {
      const answer = await door.postUsage(event, { authorization })
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    }
    expect((await door.postUsage(event, { authorization: 'Bearer k-two' })).status).toBe(200)
    expect((await door.post('/v1/traces', spanJson(), { authorization: 'bearer k-one' })).status).toBe(200)
    expect(door.appended.map(({ headers }) => headers)).toEqual([
      { 'spanledger-tenant': 'two' },
      { 'spanledger-tenant': 'one' },
    ])
  })

  it('is the fixed tenant when one is set, else nobody is stamped', async () => {
    door = await openDoor({ tenant: 'demo' })
    await door.postUsage(event)
    expect(door.appended.map(({ headers }) => headers)).toEqual([{ 'spanledger-tenant': 'demo' }])
    await door.close()
    door = await openDoor()
    await door.postUsage(event)
    expect(door.appended.map(({ headers }) => headers)).toEqual([undefined])
  })
})

describe('other requests', () => {
  it('are told what is here', async () => {
    door = await openDoor()
    const get = await fetch(`${door.url}/v1/traces`)
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST'])
    expect((await fetch(`${door.url}/v1/nothing`)).status).toBe(404)
    expect((await fetch(`${door.url}/healthz`)).status).toBe(200)
    expect(await (await fetch(`${door.url}/metrics`)).text()).toContain('spanledger_door_')
  })
})
