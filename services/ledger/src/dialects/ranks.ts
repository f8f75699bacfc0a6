/**
 * Whose word counts when several sources report the same request: per field the smallest rank wins, and what it
 * lacks is taken from the next. A change here changes charges, so it is one table; README.md says why each stands there.
 */
export const ranks = {
  /** Written for the ledger, from the provider's own usage block, with explicit attribution. */
  usageEvent: 10,
  /** The provider's own SDK: complete counts, both cache lifetimes, the provider's id. */
  providerSdk: 20,
  /** Captured and found complete. */
  spanComplete: 30,
  /** Nobody has verified what its numbers mean. */
  spanUnverified: 50,
  /** Captured and found to lose cached, written or reasoning tokens. */
  spanLossy: 60,
  /** Stands beside a span of the same producer that says the same, and more. */
  spanCopy: 70,
  /** The server's view of a request: below every client's, whose side is charged. */
  server: 80,
} as const
