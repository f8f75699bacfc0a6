/** `FAULT_SEED=… npm test` repeats a run whose seed was printed. */
export function seedOfRun(): number {
  return Number(process.env.FAULT_SEED ?? Math.floor(Math.random() * 2 ** 31))
}
