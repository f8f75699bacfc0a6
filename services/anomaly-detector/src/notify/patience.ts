import { createBackoff } from '@spanledger/runtime/backoff'

/** How long a channel is tried, and what is old news. All in milliseconds since the event was said. */

/**
 * An event that could not be delivered for this long is given up, counted and shown: nobody acts on it any more, and
 * what comes after it waits behind it. Well within the retention of the log, so that none goes uncounted.
 */
export const giveUpAfterMs = 12 * 3_600_000

/**
 * An opening that is older than this is told only while its alert is still open. So a channel that comes back, or is
 * new, tells what is wrong now, and not everything that was.
 */
export const oldNewsAfterMs = 15 * 60_000

/** Between attempts, where the channel does not say itself: from 1 s up to 2 minutes, half of it at random. */
export const createAttemptBackoff = (random: () => number) => createBackoff({ firstMs: 1000, maxMs: 120_000, random })
