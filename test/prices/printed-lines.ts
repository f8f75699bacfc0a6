import { Exact } from './sheet.ts'

/** One line of a charge, in the words it was printed in: header -> cell. */
export type PrintedLine = Readonly<Record<string, string>>

/**
 * The table of lines in a text for people: it begins at the header that starts with `meter` and ends with its rows. A cell
 * is in the column with which it is aligned, on the left or on the right; some are empty.
 */
export function linesInText(text: string): PrintedLine[] {
  const lines = text.split('\n')
  const start = lines.findIndex((line) => /^\s*meter {2,}/.test(line))
  if (start < 0) return []
  const header = cellsOf(lines[start] as string)
  const rows: PrintedLine[] = []
  for (const line of lines.slice(start + 1)) {
    const cells = cellsOf(line)
    if (cells.length < 5) break
    rows.push(
      Object.fromEntries(
        cells.map((cell) => {
          const column = header.find(({ from, to }) => cell.from === from || cell.to === to)
          return [column?.text ?? `below no column: ${line}`, cell.text]
        }),
      ),
    )
  }
  return rows
}

function cellsOf(line: string): { text: string; from: number; to: number }[] {
  return [...line.matchAll(/\S+(?: \S+)*/g)].map(({ 0: text, index }) => ({
    text,
    from: index,
    to: index + text.length,
  }))
}

/**
 * What a person with a pocket calculator makes of a line: quantity x unit price / per, x or / the rate of its currency.
 * Rounded once, at the end.
 */
export function recomputed(
  quantity: string,
  unitPrice: string,
  per: string | number,
  rate?: { readonly rate: string; readonly divides: boolean },
): string {
  const amount = new Exact(quantity).mul(unitPrice).div(per)
  if (!rate) return amount.toDecimalPlaces(18).toFixed()
  const inUsd = rate.divides ? amount.div(rate.rate) : amount.mul(rate.rate)
  return inUsd.toDecimalPlaces(18).toFixed()
}

export function sumOf(amounts: readonly string[]): string {
  return amounts.reduce((sum, amount) => sum.add(amount), new Exact(0)).toFixed()
}
