import type { Tone } from '../parts/badge.tsx'

export const stateTones: Readonly<Record<string, Tone>> = {
  priced: 'plain',
  free: 'plain',
  estimated: 'plain',
  unpriced: 'warn',
}
