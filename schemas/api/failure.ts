import { z } from 'zod'

/** The body of every answer that is not 2xx. */
export const failureSchema = z.strictObject({
  error: z.strictObject({
    code: z.string(),
    message: z.string().describe('what is wrong'),
    hint: z.string().describe('what to do about it'),
  }),
})
export type Failure = z.infer<typeof failureSchema>
