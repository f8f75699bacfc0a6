/** What a request to the read API can choose from. Without zod, so that the page can use it as it is. */

/** Windows that end now, by name; the running minute, hour or day is in them. */
export const ranges = ['15m', '1h', '6h', '24h', '7d', '21d', '30d'] as const
export type Range = (typeof ranges)[number]

export const steps = ['minute', 'five_minutes', 'hour', 'day'] as const
export type Step = (typeof steps)[number]

export const spendDimensions = ['model', 'provider', 'team', 'feature', 'customer', 'none'] as const
export type SpendDimension = (typeof spendDimensions)[number]

/** What figures can be narrowed to, by equality. */
export const filterDimensions = ['tenant', 'team', 'feature', 'model', 'provider', 'customer'] as const
export type FilterDimension = (typeof filterDimensions)[number]

export const chargeFilters = ['all', 'unpriced', 'untagged'] as const
export type ChargeFilter = (typeof chargeFilters)[number]
