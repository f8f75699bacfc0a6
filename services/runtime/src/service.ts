/**
 * Something with a life: the one shape every long-running part has.
 *
 * - `start()` resolves when the service is ready for work, and rejects with what is wrong and what to do.
 * - `stop()` drains, then releases; it may be called before start, twice, and after a failed start.
 */
export interface Service {
  readonly name: string
  start(): Promise<void>
  stop(): Promise<void>
}
