/** Whether some text fits both patterns, in which `*` stands for any characters. */
export function globsMeet(one: string, other: string): boolean {
  // reachable[j]: what is left of `one` and of `other` from j on can still fit one text
  let below: boolean[] = []
  for (let i = one.length; i >= 0; i--) {
    const row = Array<boolean>(other.length + 1).fill(false)
    for (let j = other.length; j >= 0; j--) {
      const [a, b] = [one[i], other[j]]
      if (a === undefined && b === undefined) row[j] = true
      else if (a === '*') row[j] = (below[j] ?? false) || (b !== undefined && (row[j + 1] ?? false))
      else if (b === '*') row[j] = (row[j + 1] ?? false) || (a !== undefined && (below[j] ?? false))
      else row[j] = a === b && (below[j + 1] ?? false)
    }
    below = row
  }
  return below[0] ?? false
}
