import { z } from 'zod'

/** What a good value is, in words, from the schema of the field: `a whole number from 2 to 28`. */
export function whatItTakes(schema: z.core.$ZodType | undefined): string | undefined {
  if (schema === undefined) return undefined
  const { description } = z.globalRegistry.get(schema) ?? {}
  if (description !== undefined) return description
  if (schema instanceof z.ZodNumber) return number(schema)
  if (schema instanceof z.ZodBoolean) return 'true or false'
  if (schema instanceof z.ZodEnum) return `one of ${schema.options.join(', ')}`
  if (schema instanceof z.ZodLiteral) return [...schema.values].map(String).join(' or ')
  if (schema instanceof z.ZodURL) return 'a URL with http or https'
  if (schema instanceof z.ZodString) return 'a text that is not empty'
  if (schema instanceof z.ZodDiscriminatedUnion) return `fields below it, first of all ${schema.def.discriminator}`
  if (isTextOrTexts(schema)) return 'a text, or a list of texts'
  if (schema instanceof z.ZodArray) return `a list, each item ${whatItTakes(schema.element as z.core.$ZodType)}`
  if (schema instanceof z.ZodUnion)
    return schema.options.map((option) => whatItTakes(option as z.core.$ZodType)).join(', or ')
  if (schema instanceof z.ZodObject) return `fields below it: ${Object.keys(schema.shape).join(', ')}`
  return schema instanceof z.ZodRecord ? 'names below it, each with its fields' : undefined
}

function isTextOrTexts(schema: z.core.$ZodType): boolean {
  if (!(schema instanceof z.ZodUnion)) return false
  const [one, list] = schema.options
  return one instanceof z.ZodString && list instanceof z.ZodArray && list.element instanceof z.ZodString
}

function number(schema: z.ZodNumber): string {
  const { type, minimum, exclusiveMinimum, maximum, exclusiveMaximum } = z.toJSONSchema(schema)
  return [
    type === 'integer' ? 'a whole number' : 'a number',
    exclusiveMinimum === undefined ? minimum !== undefined && `from ${minimum}` : `above ${exclusiveMinimum}`,
    // Whole numbers end at the largest safe one: no bound that anybody meets.
    maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER && `to ${maximum}`,
    exclusiveMaximum !== undefined && `below ${exclusiveMaximum}`,
  ]
    .filter((part) => typeof part === 'string')
    .join(' ')
}
