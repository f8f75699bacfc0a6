import type { Charge } from '@spanledger/schemas/api/charges'
import { warningText } from '@spanledger/schemas/warning-words'
import type { ChargeFilter } from '@spanledger/schemas/api/choices'
import { useEffect, useState } from 'react'
import { useCharges } from '../api.ts'
import { showView, type View } from '../address.ts'
import { exactCount, shortCount } from '../figures/counts.ts'
import { columnDollars, exactDollars } from '../figures/dollars.ts'
import { chargeTime } from '../figures/times.ts'
import { Badge } from '../parts/badge.tsx'
import { EstimateSwatch } from '../parts/estimate-swatch.tsx'
import { onPlainClick } from '../parts/plain-click.ts'
import { Segmented } from '../parts/segmented.tsx'
import { ViewLink } from '../parts/view-link.tsx'
import { stateTones } from './words.ts'

const filterNames: readonly (readonly [ChargeFilter, string])[] = [
  ['all', 'All'],
  ['unpriced', 'Unpriced'],
  ['untagged', 'Untagged'],
]

interface ChargesPanelProps {
  readonly view: View
  /** Now, milliseconds since the epoch, by the server's clock. */
  readonly now: number
  readonly timeZone: string
}

/** The newest charges; each opens its explanation. */
export function ChargesPanel({ view, now, timeZone }: ChargesPanelProps) {
  const { show } = view
  const { data } = useCharges(view)
  return (
    <section id="charges" aria-labelledby="charges-title" className="panel scroll-mt-4">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 pt-3 pb-2">
        <h2 id="charges-title" className="font-semibold">
          Latest charges
          {view.from !== '' && <span className="text-muted font-normal"> in this window</span>}
        </h2>
        <Segmented
          name="show"
          label="Which charges"
          options={filterNames}
          value={show}
          onChange={(show) => showView({ show })}
        />
      </div>
      {data && data.charges.length > 0 && <ChargesTable charges={data.charges} now={now} timeZone={timeZone} />}
      {data && data.charges.length === 0 && (
        <p className="text-muted px-4 pt-2 pb-5">{show === 'all' ? 'None here.' : `Nothing is ${show}.`}</p>
      )}
      {!data && <div className="h-96" />}
    </section>
  )
}

const head = 'px-2 py-1.5 font-normal first:pl-4 last:pr-4'
const cell = 'px-2 py-1.5 first:pl-4 last:pr-4'

interface ChargesTableProps {
  readonly charges: readonly Charge[]
  readonly now: number
  readonly timeZone: string
}

function ChargesTable({ charges, now, timeZone }: ChargesTableProps) {
  const known = useKnown(charges)
  return (
    <table className="w-full text-[13px]">
      <thead className="text-muted text-xs">
        <tr>
          <th className={`${head} text-left`}>Time</th>
          <th className={`${head} text-left`}>Model</th>
          <th className={`${head} hidden text-left md:table-cell`}>Team</th>
          <th className={`${head} hidden text-left md:table-cell`}>Feature</th>
          <th className={`${head} hidden text-right sm:table-cell`}>Input</th>
          <th className={`${head} hidden text-right lg:table-cell`} title="Input tokens read from a cache">
            Cached
          </th>
          <th className={`${head} hidden text-right sm:table-cell`}>Output</th>
          <th className={`${head} text-right max-sm:pr-4`}>Cost</th>
          <th className={`${head} hidden text-left sm:table-cell`}>State</th>
        </tr>
      </thead>
      <tbody>
        {charges.map((charge) => (
          <ChargeRow
            key={charge.entry_id}
            charge={charge}
            time={chargeTime(Date.parse(charge.at), now, timeZone)}
            isNew={!known.has(charge.entry_id)}
          />
        ))}
      </tbody>
    </table>
  )
}

function ChargeRow({ charge, time, isNew }: { charge: Charge; time: string; isNew: boolean }) {
  return (
    // For the mouse the whole row opens it; for everybody else there is the link.
    <tr
      onClick={(event) => onPlainClick(event, () => showView({ charge: charge.entry_id }))}
      className={`border-line hover:bg-hover cursor-pointer border-t ${isNew ? 'arrived' : ''}`}
    >
      <td className={`${cell} text-muted whitespace-nowrap`}>
        <time dateTime={charge.at} title={charge.at}>
          {time}
        </time>
      </td>
      <td className={`${cell} max-w-32 sm:max-w-60`}>
        <span className="gap-2 sm:flex sm:items-baseline">
          <ViewLink
            change={{ charge: charge.entry_id }}
            title={`${charge.model}, ${charge.provider}`}
            className="block truncate font-medium hover:underline"
          >
            {charge.model || charge.request_model || 'no model'}
          </ViewLink>
          <span className="text-muted block truncate text-xs">
            {charge.provider}
            <span className="md:hidden"> · {charge.team}</span>
          </span>
        </span>
        {(charge.price_state !== 'priced' || charge.warnings.length > 0) && (
          <span className="mt-0.5 block sm:hidden">
            <State charge={charge} />
          </span>
        )}
      </td>
      <td className={`${cell} hidden max-w-36 truncate md:table-cell`}>
        <Tag value={charge.team} />
      </td>
      <td className={`${cell} hidden max-w-36 truncate md:table-cell`}>
        <Tag value={charge.feature} />
      </td>
      <Tokens value={charge.input_tokens} className="hidden sm:table-cell" />
      <Tokens value={charge.cache_read_tokens} className="hidden lg:table-cell" />
      <Tokens value={charge.output_tokens} className="hidden sm:table-cell" />
      <td className={`${cell} text-right whitespace-nowrap max-sm:pr-4`} title={exactDollars(charge.cost)}>
        <Cost charge={charge} />
      </td>
      <td className={`${cell} hidden sm:table-cell`}>
        <State charge={charge} />
      </td>
    </tr>
  )
}

function Cost({ charge }: { charge: Charge }) {
  if (charge.accrued_cost !== '0')
    return (
      <span
        className="text-muted inline-flex items-center gap-1.5"
        title={`${exactDollars(charge.accrued_cost)}, estimated: no usage was reported`}
      >
        <EstimateSwatch />≈ {columnDollars(charge.accrued_cost)}
      </span>
    )
  if (charge.price_state !== 'unpriced' || charge.cost !== '0') return columnDollars(charge.cost)
  return <span className="text-warn">{charge.warnings.includes('USAGE_MISSING') ? 'no usage' : 'no price'}</span>
}

function State({ charge }: { charge: Charge }) {
  return (
    <span className="flex flex-wrap gap-1">
      <Badge tone={stateTones[charge.price_state] ?? 'plain'}>{charge.price_state}</Badge>
      {charge.kind === 'accrual' && <Badge tone="plain">accrual</Badge>}
      {charge.revision > 0 && <Badge tone="plain">corrected</Badge>}
      {charge.status !== 'ok' && charge.status !== '' && <Badge tone="bad">{charge.status}</Badge>}
      {charge.warnings.length > 0 && (
        <Badge tone="warn" title={charge.warnings.map(warningText).join('\n')}>
          {charge.warnings.length === 1 ? '1 warning' : `${charge.warnings.length} warnings`}
        </Badge>
      )}
    </span>
  )
}

function Tag({ value }: { value: string }) {
  return <span className={value === 'untagged' || value === '' ? 'text-warn' : ''}>{value || 'not given'}</span>
}

function Tokens({ value, className }: { value: string; className: string }) {
  return (
    <td className={`${cell} text-right whitespace-nowrap ${className}`} title={exactCount(value)}>
      {shortCount(value)}
    </td>
  )
}

/** The charges that were already on the page; what is not among them has just arrived. */
function useKnown(charges: readonly Charge[]): ReadonlySet<string> {
  const [known, setKnown] = useState<ReadonlySet<string>>(() => new Set(charges.map((charge) => charge.entry_id)))
  useEffect(() => {
    const timer = setTimeout(() => setKnown(new Set(charges.map((charge) => charge.entry_id))), 1_500)
    return () => clearTimeout(timer)
  }, [charges])
  return known
}
