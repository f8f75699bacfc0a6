/**
 * Finds arithmetic that ClickHouse answers wrongly without an error: Decimal / Decimal and Decimal * Decimal
 * (1000 / 2 is -10.42 at 18 digits). Either side as toFloat64(…), or divideDecimal(…), is right; a Decimal and a whole
 * number are, too. It reads text, not types: it knows the names of money columns and the aliases given to them.
 */
export interface SqlProblem {
  readonly expression: string
  readonly advice: string
}

const moneyName =
  '(?:\\w*_)?cost(?:_input|_cache_read|_cache_write|_output|_other|_without_cache)?|impact_usd(?:_per_hour)?'
/** What is inside of these is no Decimal any more. */
const leavesDecimal =
  /\b(?:toFloat\w*|toU?Int\w*|count\w*|uniq\w*|avg\w*|quantile\w*|median\w*|toString|divideDecimal)\(/gi

export function lintSql(text: string): SqlProblem[] {
  const sql = text.replace(/--.*$/gm, ' ').replace(/\/\*[\s\S]*?\*\//g, ' ')
  const isDecimal = decimalTest(sql)
  const problems: SqlProblem[] = []
  for (const { index } of sql.matchAll(/[*/]/g)) {
    const left = operandBefore(sql, index)
    const right = operandAfter(sql, index + 1)
    if (isDecimal(left) && isDecimal(right)) {
      problems.push({
        expression: `${left} ${sql[index]} ${right}`,
        advice: 'ClickHouse computes this wrongly: write toFloat64(…) on both sides, or divideDecimal(…)',
      })
    }
  }
  return problems
}

function decimalTest(sql: string): (operand: string) => boolean {
  const names = [moneyName]
  const test = (operand: string) =>
    new RegExp(`\\b(?:${names.join('|')})\\b|\\btoDecimal\\w*\\(`, 'i').test(withoutConversions(operand))
  for (const { index, 1: alias } of sql.matchAll(/\bAS\s+(\w+)/gi)) {
    if (test(operandBefore(sql, index))) names.push(alias as string)
  }
  return test
}

function withoutConversions(operand: string): string {
  let rest = operand
  for (let match = leavesDecimal.exec(rest); match !== null; match = leavesDecimal.exec(rest)) {
    rest = rest.slice(0, match.index) + rest.slice(closing(rest, leavesDecimal.lastIndex - 1) + 1)
    leavesDecimal.lastIndex = 0
  }
  return rest
}

/** The last primary expression that ends before `end`: a name, a number, a call or a parenthesis. */
function operandBefore(sql: string, end: number): string {
  let last = end - 1
  while (last >= 0 && /\s/.test(sql[last] as string)) last--
  let first = last
  if (sql[last] === ')') {
    for (let depth = 0; first >= 0; first--) {
      if (sql[first] === ')') depth++
      if (sql[first] === '(' && --depth === 0) break
    }
    first--
  }
  while (first >= 0 && /[\w.`]/.test(sql[first] as string)) first--
  return sql.slice(first + 1, last + 1)
}

function operandAfter(sql: string, start: number): string {
  let first = start
  while (/\s/.test(sql[first] ?? 'x')) first++
  let last = first
  while (/[\w.`]/.test(sql[last] ?? ' ')) last++
  if (sql[last] === '(') last = closing(sql, last) + 1
  return sql.slice(first, last)
}

/** Where the parenthesis that opens at `open` closes. */
function closing(sql: string, open: number): number {
  let depth = 0
  for (let i = open; i < sql.length; i++) {
    if (sql[i] === '(') depth++
    if (sql[i] === ')' && --depth === 0) return i
  }
  return sql.length
}
