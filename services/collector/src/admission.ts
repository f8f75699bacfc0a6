export interface AdmissionLimits {
  readonly maxInFlightRequests: number
  readonly maxInFlightBytes: number
}

/** One request's share of the memory that requests may hold together. */
export interface Lease {
  /** Asks for that many more bytes; false when they are not to be had. */
  take(bytes: number): boolean
  leave(): void
}

export interface Admission {
  /** undefined when too many requests are under way. */
  enter(): Lease | undefined
  readonly requests: number
  readonly bytes: number
}

/** Bounds what requests under way hold in memory, counting bytes as they arrive and not as they are announced. */
export function createAdmission(limits: AdmissionLimits): Admission {
  let requests = 0
  let bytes = 0
  return {
    get requests() {
      return requests
    },
    get bytes() {
      return bytes
    },
    enter() {
      if (requests >= limits.maxInFlightRequests) return undefined
      requests++
      let held = 0
      let left = false
      return {
        take(more) {
          if (left || bytes + more > limits.maxInFlightBytes) return false
          bytes += more
          held += more
          return true
        },
        leave() {
          if (left) return
          left = true
          requests--
          bytes -= held
        },
      }
    },
  }
}
