import { writeFileSync } from 'node:fs'
import { hasCaptures } from './captures.ts'
import { measure } from './measure.ts'
import { accuracyReport } from './report.ts'

/** `pnpm accuracy`: prints what the ledger makes of captured telemetry, and writes it to docs/accuracy.md. */
if (hasCaptures) {
  const measured = await measure()
  const report = accuracyReport(measured)
  console.log(report)
  writeFileSync(new URL('../../docs/accuracy.md', import.meta.url), report)
  const isOff = measured.filter(
    ({ capture, ledger, dollars }) =>
      ledger.cost !== dollars.attainable ||
      ledger.requests !== capture.usage_records_after_dedup ||
      JSON.stringify(ledger.tokens) !== JSON.stringify(capture.totals_attainable),
  )
  if (isOff.length > 0) {
    console.error(`not exact: ${isOff.map(({ capture }) => capture.name).join(', ')}`)
    process.exitCode = 1
  }
} else {
  console.error('the captured telemetry (../shared/fixtures/otlp) is not here: docs/accuracy.md stays as it is')
  process.exitCode = 1
}
