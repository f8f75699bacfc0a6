import { walkJson } from './json-walk.ts'
import type { Lifting } from './lifting.ts'
import { isObject } from './said-characters.ts'
import { isTierShaped } from './service-tier.ts'

const modelShape = /^[\w.:@/+-]{1,128}$/
const modelNames = new Set(['model', 'model_name', 'model_id', 'modelId'])

/** The parameters of a request; of them only which model and tier were asked for. */
export function parameters(text: string, _beyond: number, into: Lifting): void {
  if (!isObject(text)) return
  walkJson(text, {
    text(keys, depth, from, to) {
      if (depth !== 1 || to - from > 128) return
      const value = text.slice(from, to)
      if (keys[1] === 'service_tier' && isTierShaped(value)) into.serviceTier(value, 'wanted')
      if (modelNames.has(keys[1] as string) && modelShape.test(value)) into.requestModel(value)
    },
  })
}
