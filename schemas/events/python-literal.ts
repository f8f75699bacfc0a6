/** What was read, or nothing: `undefined` is no value of the language. */
type Read = { readonly value: unknown } | undefined

const nothing: Read = undefined
const words: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['None', null],
  ['True', true],
  ['False', false],
  ['nan', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
  // What Python's json module writes, which no JSON parser takes.
  ['null', null],
  ['true', true],
  ['false', false],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
])
const simpleEscapes: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['b', '\b'],
  ['f', '\f'],
  ['a', '\u0007'],
  ['v', '\v'],
  ['/', '/'],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
])
const hexEscapes: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
])
const maxWordLength = 64
const octal = /[0-7]{1,3}/y

/** Bits of what a character can be. */
const isSpace = 1
const isDigit = 2
const isWord = 4
const inNumber = 8
const kinds = new Uint8Array(128)
for (const character of ' \t\r\n') kinds[character.charCodeAt(0)] = isSpace
for (const character of '_.abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ')
  kinds[character.charCodeAt(0)] = isWord
for (const character of '0123456789') kinds[character.charCodeAt(0)] = isDigit | isWord | inNumber
for (const character of '_.eE+-') kinds[character.charCodeAt(0)] = (kinds[character.charCodeAt(0)] ?? 0) | inNumber
const plainDigits = /^\d{1,15}$/
const wholeNumber = /^[+-]?(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/

/**
 * What Python's `repr` writes of plain data: dicts, lists, tuples, sets, strings, numbers, None; a dataclass or model,
 * `Usage(a=1)`, as its fields; an enum member, `<Tier.A: 'a'>`, as its value. One pass over the text, nothing is evaluated.
 */
export class PythonLiteral {
  private at = 0
  private depth = 0
  private readonly text: string
  private readonly maxDepth: number

  constructor(text: string, maxDepth: number) {
    this.text = text
    this.maxDepth = maxDepth
  }

  read(): Read {
    const read = this.value()
    this.skipSpace()
    return this.at === this.text.length ? read : nothing
  }

  private value(): Read {
    this.skipSpace()
    if (this.depth >= this.maxDepth) return nothing
    this.depth++
    const read = this.one()
    this.depth--
    return read
  }

  private one(): Read {
    const next = this.text[this.at]
    if (next === '{') return this.braces()
    if (next === '[') return this.list(']')
    if (next === '(') return this.list(')')
    if (next === "'" || next === '"') return this.string(next)
    if (next === '<') return this.member()
    const kind = kinds[next?.charCodeAt(0) ?? 128] ?? 0
    if ((kind & isDigit) !== 0 || next === '-' || next === '+' || next === '.') return this.number()
    return this.named(this.word())
  }

  private number(): Read {
    if (this.text.startsWith('-inf', this.at) || this.text.startsWith('-Infinity', this.at)) {
      this.at++
      this.word()
      return { value: Number.NEGATIVE_INFINITY }
    }
    const digits = this.skip(inNumber)
    if (plainDigits.test(digits)) return { value: Number(digits) }
    return wholeNumber.test(digits) ? { value: Number(digits.replaceAll('_', '')) } : nothing
  }

  /** A word, a string with a prefix, or `Name(…)`. */
  private named(name: string): Read {
    if (name === '') return nothing
    const next = this.text[this.at]
    if ((name === 'b' || name === 'u') && (next === "'" || next === '"')) return this.string(next)
    if (next === '(') return this.call()
    return words.has(name) ? { value: words.get(name) } : nothing
  }

  /** A dict, or a set as a list. */
  private braces(): Read {
    this.at++
    const dict: Record<string, unknown> = {}
    let entries = 0
    const members: unknown[] = []
    while (!this.eat('}')) {
      const key = this.value()
      if (!key) return nothing
      if (this.eat(':')) {
        const value = this.value()
        if (!value || (typeof key.value === 'object' && key.value !== null)) return nothing
        setOwn(dict, String(key.value), value.value)
        entries++
      } else members.push(key.value)
      if (!this.separated('}')) return nothing
    }
    if (members.length > 0) return entries > 0 ? nothing : { value: members }
    return { value: dict }
  }

  private list(end: ']' | ')'): Read {
    this.at++
    const items: unknown[] = []
    while (!this.eat(end)) {
      const item = this.value()
      if (!item) return nothing
      items.push(item.value)
      if (!this.separated(end)) return nothing
    }
    return { value: items }
  }

  /** `Name(a=1)` is its fields, `Decimal('1')` what is in it, `date(2026, 1, 2)` a list. */
  private call(): Read {
    this.at++
    const fields: [string, unknown][] = []
    const items: unknown[] = []
    while (!this.eat(')')) {
      const name = this.fieldName()
      const value = this.value()
      if (!value) return nothing
      if (name === undefined) items.push(value.value)
      else fields.push([name, value.value])
      if (!this.separated(')')) return nothing
    }
    if (fields.length > 0) return { value: Object.fromEntries(fields) }
    return { value: items.length === 1 ? items[0] : items }
  }

  private fieldName(): string | undefined {
    this.skipSpace()
    const start = this.at
    const name = this.word()
    if (name !== '' && this.eat('=')) return name
    this.at = start
    return undefined
  }

  /** An enum member; what cannot be told, `<object at 0x7f>`, is null. */
  private member(): Read {
    this.at++
    this.word()
    if (this.eat(':')) {
      const value = this.value()
      return value && this.eat('>') ? value : nothing
    }
    const end = this.text.indexOf('>', this.at)
    if (end === -1) return nothing
    this.at = end + 1
    return { value: null }
  }

  private string(quote: "'" | '"'): Read {
    let value = ''
    for (let from = this.at + 1; ; from = this.at) {
      const end = this.text.indexOf(quote, from)
      if (end === -1) return nothing
      const part = this.text.slice(from, end)
      const cut = part.indexOf('\\')
      if (cut === -1) {
        this.at = end + 1
        return { value: value + part }
      }
      this.at = from + cut + 1
      const escaped = this.escape()
      if (escaped === undefined) return nothing
      value += part.slice(0, cut) + escaped
    }
  }

  private escape(): string | undefined {
    const letter = this.text[this.at] ?? ''
    const digits = hexEscapes.get(letter)
    if (digits !== undefined) {
      const hex = this.text.slice(this.at + 1, this.at + 1 + digits)
      this.at += 1 + digits
      const code = hex.length === digits && /^[\dA-Fa-f]+$/.test(hex) ? Number.parseInt(hex, 16) : Number.NaN
      return code <= 0x10ffff ? String.fromCodePoint(code) : undefined
    }
    octal.lastIndex = this.at
    const eighths = octal.exec(this.text)?.[0]
    if (eighths !== undefined) {
      this.at += eighths.length
      return String.fromCodePoint(Number.parseInt(eighths, 8))
    }
    this.at++
    return simpleEscapes.get(letter) ?? `\\${letter}`
  }

  /** After an item: a comma, or the end in sight. */
  private separated(end: string): boolean {
    if (this.eat(',')) {
      this.skipSpace()
      return true
    }
    return this.text[this.at] === end
  }

  /** Takes one character, and the space before it. */
  private eat(character: string): boolean {
    this.skipSpace()
    if (this.text[this.at] !== character) return false
    this.at++
    return true
  }

  private word(): string {
    if (((kinds[this.text.charCodeAt(this.at)] ?? 0) & isDigit) !== 0) return ''
    const word = this.skip(isWord)
    return word.length > maxWordLength ? '' : word
  }

  private skipSpace(): void {
    while (kinds[this.text.charCodeAt(this.at)] === isSpace) this.at++
  }

  /** Takes all characters of a kind. */
  private skip(kind: number): string {
    const start = this.at
    while (((kinds[this.text.charCodeAt(this.at)] ?? 0) & kind) !== 0) this.at++
    return start === this.at ? '' : this.text.slice(start, this.at)
  }
}

/** Names come from strangers: `__proto__` is one like any other. */
function setOwn(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') object[name] = value
  else Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true })
}
