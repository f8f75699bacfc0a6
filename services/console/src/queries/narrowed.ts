import { filterDimensions } from '@spanledger/schemas/api/choices'
import type { Narrowing } from '@spanledger/schemas/api/narrowing'

/** Conditions on columns that every table and projection of the ledger has, and the values they name. */
export function narrowedSql(narrowing: Narrowing): {
  readonly conditions: readonly string[]
  readonly params: Readonly<Record<string, string>>
} {
  const given = filterDimensions.flatMap((name) => {
    const value = narrowing[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return {
    conditions: given.map(([name]) => `${name} = {only_${name}:String}`),
    params: Object.fromEntries(given.map(([name, value]) => [`only_${name}`, value])),
  }
}
