import { useStatus } from '../api.ts'

/** The day that the price catalogue is of; its sources on pointing. */
export function PriceDate() {
  const prices = useStatus().data?.prices
  if (!prices) return null
  const sources = prices.sources.map(({ name, version }) => `${name} ${version}`).join(', ')
  return (
    <span data-prices="" title={`List prices as of ${prices.as_of}, from ${sources}`}>
      <span className="hidden sm:inline">· prices as of </span>
      <span className="sm:hidden">· prices </span>
      {prices.as_of}
    </span>
  )
}
