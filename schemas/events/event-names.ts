/** Names of events, in the logs of those who report LLM calls as events. */

const pattern = /^[A-Za-z][\w.:/-]{0,127}$/

/** Whose events: what a log says is taken for a name only with one of these before it, or an answer of one word would be. */
const namespaces = ['claude_code.', 'codex.', 'gemini_cli.', 'gen_ai.', 'qwen-code.']

/** The text if it is the name of an event (with `known`: of a known kind), else ''. */
export function eventNameOf(text: string, options: { readonly known?: boolean } = {}): string {
  if (!pattern.test(text)) return ''
  return options.known && !namespaces.some((namespace) => text.startsWith(namespace)) ? '' : text
}
