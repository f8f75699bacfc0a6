/** One thing that was looked at, and what came of it. */
export interface Check {
  readonly name: string
  /** `warning`: it works, and something should be done about it. `failed`: it does not work. */
  readonly state: 'ok' | 'warning' | 'failed'
  readonly message: string
  /** What to do; absent when ok. */
  readonly fix?: string
}

export function ok(name: string, message: string): Check {
  return { name, state: 'ok', message }
}

export function warning(name: string, message: string, fix: string): Check {
  return { name, state: 'warning', message, fix }
}

export function failed(name: string, message: string, fix: string): Check {
  return { name, state: 'failed', message, fix }
}
