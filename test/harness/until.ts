/** Polls until the value is there (neither undefined nor false), or fails saying what it waited for. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  options: { withinMs?: number; everyMs?: number } = {},
): Promise<T> {
  const { withinMs = 30_000, everyMs = 50 } = options
  const deadlineMs = performance.now() + withinMs
  for (;;) {
    const value = await look()
    if (value !== undefined && value !== false) return value
    if (performance.now() > deadlineMs) throw new Error(`waited ${withinMs} ms for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}
