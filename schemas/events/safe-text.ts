/** Strings from strangers, made fit to be stored and shown. */

const unsafe = /[\p{Cc}\p{Surrogate}]/u
const unsafeAll = new RegExp(unsafe.source, 'gu')

/** Control characters and lone surrogates become U+FFFD. */
export function safeText(text: string): string {
  return unsafe.test(text) ? text.replace(unsafeAll, '\ufffd') : text
}

/** Whether `safeText` would change it: identifiers are refused rather than changed, two must not become one. */
export function isSafeText(text: string): boolean {
  return !unsafe.test(text)
}

/** The first `length` UTF-16 code units, never half of a pair. */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text
  const last = text.charCodeAt(length - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length)
}
