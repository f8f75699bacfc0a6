import type { Type } from 'avsc'

/** Values within values: no event is nested like this. */
const maxDepth = 64
/** Values in one record, counted also where they take no bytes (null, empty records): they would still take time. */
const maxValues = 100_000

/**
 * What is wrong with these bytes as a value of this type, or undefined. avsc trusts the lengths that it reads: a count of
 * 2^50 nulls, a block that says it is shorter than it is, or a value nested a million deep would hang or end the process.
 * After this walk, which allocates nothing, it can be handed the bytes.
 */
export function findAvroProblem(type: Type, bytes: Uint8Array): string | undefined {
  const walk = new Walk(bytes)
  walk.value(type, 0)
  if (walk.problem === undefined && walk.position < bytes.length) return 'there are bytes after its end'
  return walk.problem
}

/** The parts of avsc's types that its declarations leave out. */
interface Inner {
  readonly typeName: string
  readonly fields: readonly { readonly type: Type }[]
  readonly types: readonly Type[]
  readonly itemsType: Type
  readonly valuesType: Type
  readonly underlyingType: Type
  readonly symbols: readonly string[]
  readonly size: number
}

class Walk {
  readonly bytes: Uint8Array
  position = 0
  values = 0
  problem: string | undefined

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  value(type: Type, depth: number): void {
    if (this.problem !== undefined) return
    if (++this.values > maxValues) return this.fail(`it holds more than ${maxValues} values`)
    if (depth > maxDepth) return this.fail(`it is nested more than ${maxDepth} deep`)
    const inner = type as unknown as Inner
    switch (inner.typeName) {
      case 'null':
        return
      case 'boolean':
        return this.advance(1)
      case 'int':
      case 'long':
        return void this.long()
      case 'float':
        return this.advance(4)
      case 'double':
        return this.advance(8)
      case 'string':
      case 'bytes':
        return this.advance(this.long())
      case 'fixed':
        return this.advance(inner.size)
      case 'enum':
        return void this.index(inner.symbols)
      case 'record':
      case 'error':
        for (const field of inner.fields) this.value(field.type, depth + 1)
        return
      case 'array':
        return this.blocks(() => this.value(inner.itemsType, depth + 1))
      case 'map':
        return this.blocks(() => {
          this.advance(this.long())
          this.value(inner.valuesType, depth + 1)
        })
      case 'union:wrapped':
      case 'union:unwrapped': {
        const branch = this.index(inner.types)
        if (branch !== undefined) this.value(branch, depth + 1)
        return
      }
      default:
        if (inner.typeName.startsWith('logical:')) return this.value(inner.underlyingType, depth + 1)
        return this.fail(`its type ${inner.typeName} is not known`)
    }
  }

  /** Arrays and maps come in blocks: a count, or a negative count and the bytes that follow. */
  private blocks(item: () => void): void {
    for (;;) {
      const count = this.long()
      if (count === 0 || this.problem !== undefined) return
      const size = count < 0 ? this.long() : undefined
      const start = this.position
      for (let left = Math.abs(count); left > 0 && this.problem === undefined; left--) item()
      if (this.problem !== undefined) return
      if (size !== undefined && this.position !== start + size) this.fail('a block is not as long as it says')
    }
  }

  private index<T>(choices: readonly T[]): T | undefined {
    const index = this.long()
    const choice = choices[index]
    if (choice === undefined) this.fail('a union or enum names a branch that there is not')
    return choice
  }

  /** Exact below 2^53, which no length or count reaches. */
  private long(): number {
    let value = 0
    let factor = 1
    for (let count = 0; count < 10; count++) {
      const byte = this.bytes[this.position]
      if (byte === undefined) break
      this.position++
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2
      factor *= 128
    }
    this.fail('it ends too early')
    return 0
  }

  private advance(count: number): void {
    if (!(count >= 0 && count <= this.bytes.length - this.position)) this.fail('it ends too early')
    else this.position += count
  }

  private fail(problem: string): void {
    this.problem ??= problem
  }
}
