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

/**
 * Whether it is what nearly every name is: 1 to `most` printable ASCII characters, with no space at either end. Nothing here
 * would change such a text, and this loop says so in a fraction of the time.
 */
export function isPlainText(text: string, most: number): boolean {
  const { length } = text
  if (length === 0 || length > most || text.charCodeAt(0) === 0x20 || text.charCodeAt(length - 1) === 0x20) return false
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at)
    if (code < 0x20 || code > 0x7e) return false
  }
  return true
}

/** The first `length` UTF-16 code units, never half of a pair. */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text
  const last = text.charCodeAt(length - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length)
}
