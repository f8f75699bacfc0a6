import { afterEach, describe } from 'vitest'
import type { EventLogSubject } from './event-log/contract-subject.ts'
import { itDeliversInTurn } from './event-log/delivery.ts'
import { itKeepsPositions } from './event-log/groups.ts'
import { itKeepsRecords } from './event-log/keeping.ts'

export type { EventLogSubject } from './event-log/contract-subject.ts'

/** What every event log promises (event-log/port.ts), whatever it is made of. `create` gives an empty one each time. */
export function describeEventLogContract(name: string, create: () => Promise<EventLogSubject>): void {
  describe(`${name} keeps the promises of an event log`, () => {
    const subjects: EventLogSubject[] = []
    async function opened(): Promise<EventLogSubject> {
      const subject = await create()
      subjects.push(subject)
      return subject
    }
    afterEach(async () => {
      for (const subject of subjects.splice(0)) await subject.dispose()
    })

    itKeepsRecords(opened)
    itDeliversInTurn(opened)
    itKeepsPositions(opened)
  })
}
