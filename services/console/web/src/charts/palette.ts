/** Colours of slices, as names of CSS variables. */
export interface Palette {
  /** One colour per key; null is the rest. A key keeps its colour while it is shown, also when its rank changes. */
  colorsFor(keys: readonly (string | null)[]): readonly string[]
}

const places = 8

export function createPalette(): Palette {
  const taken = new Map<string, number>()
  return {
    colorsFor(keys) {
      const shown = new Set(keys)
      for (const key of taken.keys()) if (!shown.has(key)) taken.delete(key)
      return keys.map((key) => {
        if (key === null) return '--slice-rest'
        let place = taken.get(key)
        if (place === undefined) {
          const used = new Set(taken.values())
          place = Array.from({ length: places }, (_, index) => index).find((index) => !used.has(index)) ?? 0
          taken.set(key, place)
        }
        return `--slice-${place}`
      })
    },
  }
}
