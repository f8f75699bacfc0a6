import type { TraceRow } from './trace-row.ts'

/** First line of the files of Azure/AzurePublicDataset (`AzureLLMInferenceTrace_*.csv`). */
export const azureHeader = 'TIMESTAMP,ContextTokens,GeneratedTokens'

const linePattern = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?,(\d{1,15}),(\d{1,15})$/

/** `2023-11-16 18:17:03.9799600,4808,10`: UTC with up to nine fraction digits (cut to milliseconds), input, output. */
export function readAzureLine(line: string, rowNumber: number): TraceRow | string {
  const match = linePattern.exec(line)
  if (!match) return `expected "${azureHeader}" such as "2023-11-16 18:17:03.9799600,4808,10"`
  const [, date, time, fraction = '', input, output] = match
  const arrivedMs = Date.parse(`${date}T${time}.${fraction.padEnd(3, '0').slice(0, 3)}Z`)
  if (Number.isNaN(arrivedMs)) return `"${date} ${time}" is not a time`
  return { number: rowNumber, arrivedMs, inputTokens: Number(input), outputTokens: Number(output) }
}
