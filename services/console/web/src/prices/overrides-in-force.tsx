import type { Prices } from '@spanledger/schemas/api/prices'
import { Children, type ReactNode } from 'react'
import { Badge, type Tone } from '../parts/badge.tsx'

type Validity = Pick<Prices['contracts'][number], 'from' | 'to' | 'state'>

/** Everything that the file adds, in words. */
export function OverridesInForce({ prices }: { prices: Prices }) {
  const { aliases, contracts, rows, pools, rates } = prices
  const isEmpty = [aliases, contracts, rows, pools, rates].every((list) => list.length === 0)
  return (
    <section aria-labelledby="overrides-title" className="panel">
      <h2 id="overrides-title" className="px-4 pt-3 pb-2 font-semibold">
        Prices of your own
      </h2>
      {isEmpty && <p className="text-muted px-4 pb-3">None: every request is priced by the catalogue.</p>}
      <Group name="Contracts" head={['Contract', 'For', 'Terms', 'Valid']} count={contracts.length}>
        {contracts.map((each) => (
          <Row key={each.id}>
            <b className="font-medium">{each.id}</b>
            <Lines lines={[`${each.provider} / ${each.model_pattern}`, ...each.scope]} />
            <Lines lines={each.terms} />
            <Valid {...each} />
          </Row>
        ))}
      </Group>
      <Group name="Aliases" head={['Name', 'Is priced as']} count={aliases.length}>
        {aliases.map((each) => (
          <Row key={`${each.provider}/${each.model}`}>
            <Name {...each} />
            <>
              <span className="text-muted sm:hidden">is </span>
              <Name {...each.to} />
            </>
          </Row>
        ))}
      </Group>
      <Group name="Price rows" head={['Model', 'Only', 'Prices', 'Valid']} count={rows.length}>
        {rows.map((each) => (
          <Row key={JSON.stringify(each)}>
            <Name {...each} />
            <Lines lines={each.only.length === 0 ? ['all requests'] : each.only} />
            <Lines lines={each.prices} />
            <Valid {...each} />
          </Row>
        ))}
      </Group>
      <Group name="Pools" head={['Pool', 'Serves', 'Costs', 'Valid']} count={pools.length}>
        {pools.map((each) => (
          <Row key={JSON.stringify(each)}>
            <b className="font-medium">{each.id}</b>
            <Lines lines={each.models.map((model) => `${each.provider} / ${model}`)} />
            <Lines lines={each.cost} />
            <Valid {...each} />
          </Row>
        ))}
      </Group>
      <Group name="Exchange rates" head={['Date', 'Rate', 'Source']} count={rates.length}>
        {rates.map(({ base, quote, date, rate, source }) => (
          <Row key={`${base}/${quote} ${date}`}>
            {date}
            {`1 ${base} = ${rate} ${quote}`}
            {source}
          </Row>
        ))}
      </Group>
    </section>
  )
}

interface GroupProps {
  readonly name: string
  readonly head: readonly string[]
  readonly count: number
  readonly children: ReactNode
}

function Group({ name, head, count, children }: GroupProps) {
  if (count === 0) return null
  return (
    <div className="border-line overflow-x-auto border-t px-4 pt-2 pb-2" role="region" aria-label={name} tabIndex={0}>
      <table className="w-full text-[13px] max-sm:block">
        <caption className="text-left font-medium max-sm:block">{name}</caption>
        <thead className="text-muted text-xs max-sm:sr-only">
          <tr>
            {head.map((each) => (
              <th key={each} className="py-1.5 pr-4 text-left font-normal last:pr-0">
                {each}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="max-sm:block">{children}</tbody>
      </table>
    </div>
  )
}

/** Each child is a cell. */
function Row({ children }: { children: ReactNode }) {
  return (
    <tr className="border-line border-t align-top max-sm:block max-sm:py-1.5">
      {Children.map(children, (cell) => (
        <td className="min-w-32 py-1.5 pr-4 last:pr-0 max-sm:block max-sm:py-0.5 max-sm:pr-0">{cell}</td>
      ))}
    </tr>
  )
}

function Name({ provider, model }: { provider: string; model: string }) {
  return (
    <>
      <span className="font-medium">{model}</span> <span className="text-muted text-xs">{provider}</span>
    </>
  )
}

function Lines({ lines }: { lines: readonly string[] }) {
  return (
    <>
      {lines.map((line) => (
        <span key={line} className="block">
          {line}
        </span>
      ))}
    </>
  )
}

const states: Readonly<Record<Validity['state'], readonly [Tone, string]>> = {
  in_force: ['good', 'in force'],
  later: ['plain', 'later'],
  over: ['warn', 'over'],
}

function Valid({ from, to, state }: Validity) {
  const [tone, text] = states[state]
  const span = [from && `from ${from}`, to && `until ${to}`].filter(Boolean).join(' ')
  return (
    <>
      <Badge tone={tone}>{text}</Badge> <span className="text-muted text-xs">{span || 'always'}</span>
    </>
  )
}
