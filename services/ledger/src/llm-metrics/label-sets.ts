import { cutText, safeText } from '@spanledger/schemas/events/safe-text'

/** What a label says when its value has no series of its own. */
export const otherLabel = 'other'
const maxValueLength = 100
/** Between the values of a key: no value that is fit to be stored holds one. */
export const keySeparator = '\n'

export interface LabelSetsOptions<Label extends string, State> {
  readonly labels: readonly Label[]
  /** Those whose values give way first when there are too many series, step by step; then all do. */
  readonly givesWay: readonly (readonly Label[])[]
  readonly maxSeries: number
  create(): State
}

export interface Series<Label extends string, State> {
  readonly labels: Readonly<Record<Label, string>>
  readonly state: State
}

/**
 * Series by label values, never more than `maxSeries`: values come from strangers, and every one costs memory here and in
 * whatever scrapes. Who comes late, when three quarters are taken, is counted with `other` in the labels that give way.
 */
export class LabelSets<Label extends string, State> {
  private readonly options: LabelSetsOptions<Label, State>
  private readonly sets = new Map<string, Series<Label, State>>()
  /** Look-ups that ended in a series with `other` in it. */
  folded = 0

  constructor(options: LabelSetsOptions<Label, State>) {
    this.options = options
  }

  get size(): number {
    return this.sets.size
  }

  values(): Iterable<Series<Label, State>> {
    return this.sets.values()
  }

  /** The state of the series for these values, in the order of the labels; `key`: the same with separators between. */
  of(key: string, values: () => readonly string[]): State {
    const known = this.sets.get(key)
    if (known !== undefined) return known.state
    return this.find(values().map((value) => cutText(safeText(value), maxValueLength)))
  }

  private find(values: readonly string[]): State {
    const { labels, givesWay, maxSeries } = this.options
    const gone = new Set<Label>()
    for (let step = 0; step <= givesWay.length; step++) {
      for (const label of givesWay[step - 1] ?? []) gone.add(label)
      const folded = values.map((value, at) => (gone.has(labels[at] as Label) ? otherLabel : value))
      const key = folded.join(keySeparator)
      const known = this.sets.get(key)
      // each step has room of its own, so that what gives way has somewhere to go
      const room = Math.floor(maxSeries * (step === 0 ? 0.75 : 0.75 + (0.25 * step) / (givesWay.length + 1)))
      if (known !== undefined || this.sets.size < room) {
        if (step > 0) this.folded++
        return (known ?? this.create(key, folded)).state
      }
    }
    this.folded++
    const rest = labels.map(() => otherLabel)
    return (this.sets.get(rest.join(keySeparator)) ?? this.create(rest.join(keySeparator), rest)).state
  }

  private create(key: string, values: readonly string[]): Series<Label, State> {
    const { labels, create } = this.options
    const named = Object.fromEntries(labels.map((label, at) => [label, values[at]])) as Record<Label, string>
    const series = { labels: named, state: create() }
    this.sets.set(key, series)
    return series
  }
}
