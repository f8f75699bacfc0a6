import { lifted } from '../lifted.ts'
import type { AttributeValue } from '../otlp.ts'

/** Which way a text went. */
export type Side = 'input' | 'output'

/**
 * Takes what the ledger needs out of one text of content, of which `text` is the start and `beyond` the length of the
 * rest. In time linear in the text; nothing of it is kept but what is taken.
 */
export type Lifter = (text: string, beyond: number, into: Lifting) => void

/** What is lifted out of the content of one span; in whatever order its attributes come, it is the same. */
export class Lifting {
  /** Texts that hold all that went one way, perhaps several times over; and the messages one by one. */
  private readonly wholes = { input: 0, output: 0 }
  private readonly pieces = { input: 0, output: 0 }
  private id: { readonly text: string; readonly rank: number } | undefined
  private model: string | undefined
  private readonly tiers: { served?: string; wanted?: string } = {}
  private usage: string | undefined

  said(side: Side, characters: number, piece: boolean): void {
    if (piece) this.pieces[side] += characters
    else this.wholes[side] = Math.max(this.wholes[side], characters)
  }

  /** The surest wins; 0 is best. */
  responseId(text: string, rank: number): void {
    const { id } = this
    if (id === undefined || rank < id.rank || (rank === id.rank && text < id.text)) this.id = { text, rank }
  }

  requestModel(text: string): void {
    this.model = least(this.model, text)
  }

  serviceTier(text: string, said: 'served' | 'wanted'): void {
    this.tiers[said] = least(this.tiers[said], text)
  }

  /** JSON of counts alone. */
  usageBlock(json: string): void {
    this.usage = least(this.usage, json)
  }

  /** Ours stand instead of what a client sent under the same names. */
  writeTo(attributes: Map<string, AttributeValue>): void {
    if (this.id !== undefined) attributes.set(lifted.responseId, this.id.text)
    if (this.model !== undefined) attributes.set(lifted.requestModel, this.model)
    const tier = this.tiers.served ?? this.tiers.wanted
    if (tier !== undefined) attributes.set(lifted.serviceTier, tier)
    if (this.usage !== undefined) attributes.set(lifted.usage, this.usage)
    this.writeCharacters('input', lifted.inputCharacters, attributes)
    this.writeCharacters('output', lifted.outputCharacters, attributes)
  }

  /** Messages one by one are without the envelope that a whole has, so they are the better measure. No text is no measure. */
  private writeCharacters(side: Side, name: string, attributes: Map<string, AttributeValue>): void {
    const characters = this.pieces[side] || this.wholes[side]
    if (characters > 0) attributes.set(name, characters)
  }
}

function least(known: string | undefined, text: string): string {
  return known === undefined || text < known ? text : known
}
