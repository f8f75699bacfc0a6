const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Random letters and digits, or hex digits, as providers' ids have them. */
export function randomId(random: () => number, length: number, alphabet: 'letters' | 'hex' = 'letters'): string {
  const size = alphabet === 'hex' ? 16 : letters.length
  const symbols = alphabet === 'hex' ? '0123456789abcdef' : letters
  return Array.from({ length }, () => symbols[Math.floor(random() * size)]).join('')
}
