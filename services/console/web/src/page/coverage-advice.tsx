import type { ServiceCoverage } from '@spanledger/schemas/api/coverage'
import { CopyButton } from '../parts/copy-button.tsx'

/** What to do about the first service that has a name and lacks a team or feature; nothing when all have both. */
export function CoverageAdvice({ services }: { services: readonly ServiceCoverage[] }) {
  const nameless = services.find(({ service, total }) => service === '' && total.requests !== '0')
  const worst = services.find((each) => each.service && lacking(each).length > 0)
  if (!worst?.service) {
    return nameless ? <p className="text-muted border-line border-t px-4 py-2.5 text-[13px]">{nameService}</p> : null
  }
  const dimensions = lacking(worst)
  const variable = `OTEL_RESOURCE_ATTRIBUTES=${dimensions.map((dimension) => `spanledger.${dimension}=…`).join(',')}`
  const rule = ruleFor(worst.service, dimensions)
  return (
    <div className="border-line space-y-2 border-t px-4 py-2.5 text-[13px]">
      <p>
        <b className="font-semibold">{worst.service}</b> lacks a {dimensions.join(' and a ')}: start it with{' '}
        <code className="break-all">{variable}</code>, set it on its spans, or put a rule into{' '}
        <code>spanledger.yaml</code>:
      </p>
      <div className="flex items-start justify-between gap-3">
        <pre
          className="figures text-muted min-w-0 overflow-x-auto text-xs"
          role="region"
          aria-label="A rule"
          tabIndex={0}
        >
          {rule}
        </pre>
        <CopyButton label="Copy the rule" text={() => rule} />
      </div>
      {nameless && <p className="text-muted">{nameService}</p>}
    </div>
  )
}

const nameService = 'Requests without a service come from processes without OTEL_SERVICE_NAME.'

function lacking({ total, with: said }: ServiceCoverage): ('team' | 'feature')[] {
  return (['team', 'feature'] as const).filter((dimension) => BigInt(said[dimension].requests) < BigInt(total.requests))
}

function ruleFor(service: string, dimensions: readonly string[]): string {
  return [
    'attribution:',
    '  rules:',
    `    - match: { service: ${JSON.stringify(service)} }`,
    `      set: { ${dimensions.map((dimension) => `${dimension}: …`).join(', ')} }`,
  ].join('\n')
}
