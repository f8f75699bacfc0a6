import { readFileSync } from 'node:fs'
import { usageFormats } from '@spanledger/schemas/events/usage'
import type { Dice } from './dice.ts'
import { anyText, notCounts } from './hostile-values.ts'

type Json = Readonly<Record<string, unknown>>

const sample = new URL('../../schemas/events/usage-event.sample.json', import.meta.url)
/** With nothing left out, as documented. */
export const seedEvent = JSON.parse(readFileSync(sample, 'utf8')) as Json

/** An event with one to five of its fields made into something else. */
export function mutateEvent(event: Json, dice: Dice): unknown {
  let mutated = event
  for (let left = 1 + dice.below(5); left > 0; left--) mutated = mutateField(mutated, dice)
  return dice.oneIn(50) ? [mutated] : mutated
}

function mutateField(event: Json, dice: Dice): Json {
  const name = dice.pick([...Object.keys(event), 'usage_format'])
  const value = event[name]
  if (name === 'usage_format') return { ...event, [name]: dice.pick(usageFormats) }
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && !dice.oneIn(4)) {
    return { ...event, [name]: mutateField(value as Json, dice) }
  }
  return { ...event, [dice.oneIn(10) ? anyText(dice) : name]: anyJson(dice) }
}

function anyJson(dice: Dice): unknown {
  const value = dice.pick([...notCounts, ...notCounts, null, undefined, {}, [], 0, 7])
  if (typeof value === 'bigint') return Number(value)
  if (value instanceof Map) return Object.fromEntries(value)
  return dice.oneIn(3) ? anyText(dice) : value
}
