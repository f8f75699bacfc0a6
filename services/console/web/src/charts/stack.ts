/** Values for drawing, one array per series. Floats: what is read as a number is the exact string beside it. */
export function numbersFrom(values: readonly string[]): number[] {
  return values.map(Number)
}

/**
 * Running sums from the first series up, so that drawing the last one first stacks them.
 * The first series lies at the bottom.
 */
export function stack(series: readonly (readonly number[])[]): number[][] {
  const stacked: number[][] = []
  for (const values of series) {
    const below = stacked.at(-1)
    stacked.push(values.map((value, place) => value + (below?.[place] ?? 0)))
  }
  return stacked
}

/** The bucket in which a time lies, or undefined. `starts` ascend. */
export function bucketAt(starts: readonly number[], end: number, at: number): number | undefined {
  if (at < (starts[0] ?? Number.POSITIVE_INFINITY) || at >= end) return undefined
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((starts[middle] as number) <= at) low = middle
    else high = middle - 1
  }
  return low
}
