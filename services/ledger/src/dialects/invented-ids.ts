/** LangChain puts the id of its own run where a message has none, as streamed ones do. */
const langchainRun = /^(?:lc_)?run-/

/** Is this an id that an instrumentation made up, so that the provider's own twin does not have it? */
export function isInventedId(responseId: string | undefined): boolean {
  return responseId !== undefined && langchainRun.test(responseId)
}
