import { describe, expect, it } from 'vitest'
import { compileSchedule } from './schedule.ts'

const holds = (schedule: Parameters<typeof compileSchedule>[0], at: string) => compileSchedule(schedule)(Date.parse(at))

describe('a schedule', () => {
  it('starts with its first minute and ends before its last', () => {
    const schedule = { windows: [['01:00', '04:00']] } as const
    expect(holds(schedule, '2026-09-01T00:59:59.999Z')).toBe(false)
    expect(holds(schedule, '2026-09-01T01:00:00Z')).toBe(true)
    expect(holds(schedule, '2026-09-01T03:59:59.999Z')).toBe(true)
    expect(holds(schedule, '2026-09-01T04:00:00Z')).toBe(false)
  })

  it('may wrap midnight', () => {
    const schedule = { windows: [['16:30', '00:30']] } as const
    expect(holds(schedule, '2026-09-01T16:30:00Z')).toBe(true)
    expect(holds(schedule, '2026-09-02T00:29:59.999Z')).toBe(true)
    expect(holds(schedule, '2026-09-02T00:30:00Z')).toBe(false)
    expect(holds(schedule, '2026-09-02T12:00:00Z')).toBe(false)
  })

  it('may end at midnight', () => {
    const schedule = { windows: [['22:00', '00:00']] } as const
    expect(holds(schedule, '2026-09-01T23:59:59.999Z')).toBe(true)
    expect(holds(schedule, '2026-09-02T00:00:00Z')).toBe(false)
  })

  it('counts weekdays in its own calendar', () => {
    const schedule = { windows: [['00:00', '00:00']], weekdays: [1, 2, 3, 4, 5], utc_offset: '+08:00' } as const
    expect(holds(schedule, '2026-09-04T15:59:59.999Z')).toBe(true) // Friday evening in Beijing
    expect(holds(schedule, '2026-09-04T16:00:00Z')).toBe(false) // Saturday there
    expect(holds(schedule, '2026-09-06T15:59:59.999Z')).toBe(false) // Sunday
    expect(holds(schedule, '2026-09-06T16:00:00Z')).toBe(true) // Monday
    expect(holds(schedule, '1969-12-31T00:00:00Z')).toBe(true) // a Wednesday before the epoch
  })

  it('with a time that is none is refused', () => {
    expect(() => compileSchedule({ windows: [['24:00', '01:00']] })).toThrow(RangeError)
    expect(() => compileSchedule({ windows: [['01:00', '02:00']], utc_offset: 'Asia/Shanghai' })).toThrow(RangeError)
  })
})
