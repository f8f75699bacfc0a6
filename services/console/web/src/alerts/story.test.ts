import type { AlertDetail } from '@spanledger/schemas/api/alerts'
import { expect, test } from 'vitest'
import { storyOf } from './story.ts'

const at = (second: number) => new Date(Date.UTC(2026, 0, 10, 10, 0, second)).toISOString()
const event = (second: number, name: string) => ({ at: at(second), event: name, actor: 'anomaly-detector' })

test('what happened and who was told are one story in its order; updates in a row are one line', () => {
  const detail = {
    history: [event(1, 'opened'), event(5, 'updated'), event(6, 'updated'), event(9, 'updated'), event(20, 'resolved')],
    deliveries: [
      { at: at(2), channel: 'slack', outcome: 'retry', event: 'opened', reason: '503' },
      { at: at(3), channel: 'slack', outcome: 'retry', event: 'opened', reason: '503' },
      { at: at(3), channel: 'slack', outcome: 'retry', event: 'opened', reason: '503' },
      { at: at(3), channel: 'slack', outcome: 'delivered', event: 'opened', reason: '' },
      { at: at(8), channel: 'pager', outcome: 'refused', event: '', reason: '404 no_service' },
    ],
  } as unknown as AlertDetail
  expect(storyOf(detail).map(({ text, reason, tone }) => [text, reason, tone])).toEqual([
    ['Opened', '', 'plain'],
    ['slack did not take it, tried again (opened), 3 times', '503', 'bad'],
    ['slack was told (opened)', '', 'good'],
    ['Updated 2 times', '', 'plain'],
    ['pager did not take it', '404 no_service', 'bad'],
    ['Updated', '', 'plain'],
    ['Resolved', '', 'plain'],
  ])
})
