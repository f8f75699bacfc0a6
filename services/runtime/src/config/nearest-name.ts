const prefix = 'SPANLEDGER_'

/** The name that was probably meant: the one with the fewest edits, if they are few for what follows the prefix. */
export function nearestName(given: string, names: readonly string[]): string | undefined {
  // Two letters have two letters in common with everything.
  if (given.length < 4) return undefined
  const [best] = names.map((name) => ({ name, edits: editDistance(given, name) })).toSorted((a, b) => a.edits - b.edits)
  return best !== undefined && best.edits <= Math.max(2, (given.length - prefix.length) / 4) ? best.name : undefined
}

/** Levenshtein's distance: letters added, dropped or replaced. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const replaced = previous[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1)
      current.push(Math.min(replaced, previous[column]! + 1, current[column - 1]! + 1))
    }
    previous = current
  }
  return previous[b.length]!
}
