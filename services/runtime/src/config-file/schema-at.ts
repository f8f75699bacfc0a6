import { z } from 'zod'

/** The part of a schema that is for this path of the data; undefined where the path leaves the schema. */
export function schemaAt(
  root: z.core.$ZodType,
  path: readonly PropertyKey[],
  data: unknown,
): z.core.$ZodType | undefined {
  let schema: z.core.$ZodType | undefined = unwrap(root, data)
  let value = data
  for (const part of path) {
    value = (value as Record<PropertyKey, unknown> | undefined)?.[part]
    schema = schema && childOf(schema, part)
    schema = schema && unwrap(schema, value)
  }
  return schema
}

function childOf(schema: z.core.$ZodType, part: PropertyKey): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodObject) return schema.shape[String(part)]
  if (schema instanceof z.ZodRecord) return schema.def.valueType
  if (schema instanceof z.ZodTuple) return schema.def.items[Number(part)]
  return schema instanceof z.ZodArray ? schema.element : undefined
}

function isMap(data: unknown): boolean {
  return typeof data === 'object' && data !== null && !Array.isArray(data)
}

/** Without what is put around a schema; of several forms the one that the data chose by its kind or shape. */
function unwrap(schema: z.core.$ZodType, data: unknown): z.core.$ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) return unwrap(schema.def.innerType, data)
  if (schema instanceof z.ZodPipe) return unwrap(schema.def.out, data)
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const { discriminator, options } = schema.def
    const chosen = (data as Record<string, unknown> | undefined)?.[discriminator]
    const fitting = options.find(
      (option) => option instanceof z.ZodObject && option.shape[discriminator].safeParse(chosen).success,
    )
    return fitting ?? schema
  }
  if (schema instanceof z.ZodUnion) {
    const options = schema.options as readonly z.core.$ZodType[]
    const fitting = options.find((option) =>
      Array.isArray(data) ? option instanceof z.ZodArray : isMap(data) && option instanceof z.ZodObject,
    )
    return fitting ?? schema
  }
  return schema
}
