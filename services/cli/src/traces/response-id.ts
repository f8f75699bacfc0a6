import type { ServedModel } from './model-mix.ts'
import { hexOf } from './seeded.ts'

/** The shape each provider gives its ids; the same label always gives the same id. */
export function responseIdOf({ provider }: Pick<ServedModel, 'provider'>, label: string): string {
  if (provider === 'openai') return `chatcmpl-${hexOf(label, 29)}`
  if (provider === 'anthropic') return `msg_01${hexOf(label, 22)}`
  return hexOf(label, 32)
}
