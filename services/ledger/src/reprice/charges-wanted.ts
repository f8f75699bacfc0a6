/** Which charges are priced anew: those whose current revision is like this. Times are event times, milliseconds since the epoch. */
export interface ChargesWanted {
  readonly fromMs: number
  /** Exclusive. */
  readonly toMs: number
  readonly tenant?: string
  readonly team?: string
  readonly provider?: string
  /** As it was asked for, or as it was priced. */
  readonly model?: string
  readonly priceState?: string
  readonly priceVersion?: string
  /** Not those that were made with these prices. */
  readonly otherThanVersion?: string
  /** Only charges of which something was recorded since then. */
  readonly recordedSinceMs?: number
}
