import { systemClock } from '@spanledger/runtime/clock'
import { createLogger } from '@spanledger/runtime/logger'
import { openLogs } from '@spanledger/runtime/testing/kafka/open-logs'
import { eventually } from '@spanledger/runtime/testing/eventually'
import { sharedKafka } from '@spanledger/runtime/testing/shared-kafka'
import { afterEach, describe, expect, test } from 'vitest'
import { createLeadership, type Leadership } from './leadership.ts'

describe('with a broker', () => {
  const { brokers } = sharedKafka()
  const logs = openLogs(brokers)
  const running: Leadership[] = []

  afterEach(async () => {
    await Promise.all(running.map((service) => service.stop()))
    await logs.stopAll()
  })

  /** As in a process of its own, with the log of its own. */
  async function member(): Promise<Leadership> {
    const leadership = createLeadership({
      log: await logs.open(),
      clock: systemClock,
      logger: createLogger({ name: 'test', level: 'silent' }),
      onChange: () => undefined,
    })
    running.push(leadership)
    await leadership.start()
    return leadership
  }

  test('of three members one leads, and when it ends another one does', async () => {
    const members = [await member(), await member(), await member()]
    const leaders = () => members.filter(({ leads }) => leads)
    await eventually('one of them leads', () => leaders().length === 1, 60_000)
    const [first] = leaders()
    await first?.stop()
    await eventually('another one leads', () => leaders().length === 1 && leaders()[0] !== first, 60_000)
    expect(first?.leads).toBe(false)
  })
})
