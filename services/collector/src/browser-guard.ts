/**
 * Whether a request may come from a page of that origin. Any web page can make a browser post to localhost; what it
 * cannot do is hide its `Origin`. Only pages served from this machine itself may send.
 */
export function isTrustedOrigin(origin: string | undefined): boolean {
  if (origin === undefined) return true
  const host = URL.canParse(origin) ? new URL(origin).hostname : ''
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}
