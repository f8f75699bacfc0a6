/** 16 raw bytes, kept as a latin1 string in code, as the text that ClickHouse and people read. */
export function uuidFromBytes(bytes: string): string {
  if (bytes.length !== 16) throw new RangeError(`not 16 bytes: ${bytes.length}`)
  let hex = ''
  for (let i = 0; i < 16; i++) {
    hex += (bytes.charCodeAt(i) + 256).toString(16).slice(1)
    if (i === 3 || i === 5 || i === 7 || i === 9) hex += '-'
  }
  return hex
}

/** The inverse of `uuidFromBytes`; throws RangeError on anything but a UUID. */
export function bytesFromUuid(text: string): string {
  if (!/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text)) throw new RangeError(`not a UUID: ${text}`)
  const hex = text.replaceAll('-', '')
  let bytes = ''
  for (let i = 0; i < 32; i += 2) bytes += String.fromCharCode(Number.parseInt(hex.slice(i, i + 2), 16))
  return bytes
}
