/** Waits until a condition holds, looking again whenever the event loop has turned; fails with `what` after `limitMs`. */
export async function eventually(what: string, condition: () => boolean, limitMs = 20_000): Promise<void> {
  const deadline = performance.now() + limitMs
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`did not happen within ${limitMs} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}
