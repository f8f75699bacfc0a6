/** Where the console shows `docs/runbooks/<kind>.md`; undefined for anything else. */
export function runbookHref(runbook: string): string | undefined {
  const kind = /^docs\/runbooks\/([a-z][a-z0-9_-]*)\.md$/.exec(runbook)?.[1]
  return kind === undefined ? undefined : `/runbooks/${kind}`
}
