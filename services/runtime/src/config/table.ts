import { docOf, environment, type VariableName, variableNames } from './variables.ts'

/** The README table of these variables, as Markdown; a test holds each README to it. */
export function renderTable(names: readonly VariableName[] = variableNames): string {
  const rows = names.map((name) => {
    const { about, secret } = docOf(name)
    return `| \`${name}\` | ${defaultOf(name)} | ${about}${secret ? ' (secret)' : ''} |`
  })
  return ['| variable | default | |', '|---|---|---|', ...rows].join('\n')
}

function defaultOf(name: VariableName): string {
  const { data } = environment.shape[name].safeParse(undefined)
  return data === undefined ? (docOf(name).without ?? 'none') : `\`${String(data)}\``
}
