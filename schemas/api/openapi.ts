import { z } from 'zod'
import { alertDetailSchema, alertsParameters, alertsSchema } from './alerts.ts'
import { channelsSchema } from './channels.ts'
import { chargesParameters, chargesSchema } from './charges.ts'
import { coverageParameters, coverageSchema } from './coverage.ts'
import { explanationSchema } from './explanation-schema.ts'
import { failureSchema } from './failure.ts'
import {
  priceCheckSchema,
  pricePreviewAnswerSchema,
  priceSectionSchema,
  pricesSavedSchema,
  pricesSchema,
} from './prices.ts'
import { spendParameters, spendSchema } from './spend.ts'
import { statusSchema } from './status.ts'
import { summaryParameters, summarySchema } from './summary.ts'
import { unpricedParameters, unpricedSchema } from './unpriced.ts'

interface Operation {
  readonly summary: string
  readonly query?: z.ZodObject
  readonly path?: string
  readonly body?: z.ZodType
  /** What has to be sent beside, by name. */
  readonly header?: Readonly<Record<string, string>>
  readonly answer: z.ZodType
}

const reading: Readonly<Record<string, Operation>> = {
  '/api/v1/status': { summary: 'Is there anything yet, and where does it go in', answer: statusSchema },
  '/api/v1/summary': { summary: 'Totals of a window', query: summaryParameters, answer: summarySchema },
  '/api/v1/spend': { summary: 'Spend over time, sliced', query: spendParameters, answer: spendSchema },
  '/api/v1/coverage': {
    summary: 'How much says whose it is, by service',
    query: coverageParameters,
    answer: coverageSchema,
  },
  '/api/v1/unpriced': {
    summary: 'What has no price, what it may cost and what to do about it',
    query: unpricedParameters,
    answer: unpricedSchema,
  },
  '/api/v1/prices': { summary: 'What the configuration file adds to the price catalogue', answer: pricesSchema },
  '/api/v1/charges': { summary: 'The latest charges', query: chargesParameters, answer: chargesSchema },
  '/api/v1/charges/{id}': {
    summary: 'How a charge came to its cost; by entry, response or event id',
    path: 'id',
    answer: explanationSchema,
  },
  '/api/v1/alerts': { summary: 'Alerts, newest first', query: alertsParameters, answer: alertsSchema },
  '/api/v1/alerts/{id}': {
    summary: 'What an alert is about, what happened to it and who was told',
    path: 'id',
    answer: alertDetailSchema,
  },
  '/api/v1/channels': { summary: 'Which channels take messages, and which fail', answer: channelsSchema },
}

/** Asked with a body, by the page of the console itself or by no page at all. */
const asking: Readonly<Record<string, Readonly<Partial<Record<'post' | 'put', Operation>>>>> = {
  '/api/v1/prices/check': {
    post: { summary: 'What is wrong with prices', body: priceSectionSchema, answer: priceCheckSchema },
  },
  '/api/v1/prices/preview': {
    post: {
      summary: 'What the charges of the last days would cost with other prices',
      body: priceSectionSchema,
      answer: pricePreviewAnswerSchema,
    },
  },
  '/api/v1/prices': {
    put: {
      summary: 'Saves the section `prices` of the configuration file; only where nobody else can reach the console',
      body: priceSectionSchema,
      header: { 'If-Match': 'the etag of the file that was read, in quotes' },
      answer: pricesSavedSchema,
    },
  },
}

/** The API as an OpenAPI 3.1 document. */
export function openApiDocument(version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const [path, get] of Object.entries(reading)) paths[path] = { get: describe(get) }
  for (const [path, methods] of Object.entries(asking)) {
    for (const [method, one] of Object.entries(methods)) (paths[path] ??= {})[method] = describe(one)
  }
  return { openapi: '3.1.0', info: { title: 'spanledger read API', version }, paths }
}

function describe({ summary, query, path, body, header = {}, answer }: Operation): Record<string, unknown> {
  const inPath = path ? [{ name: path, in: 'path', required: true, schema: { type: 'string' } }] : []
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, type]) => {
    const { description = '', ...schema } = jsonSchema(type, 'input')
    return { name, in: 'query', required: false, description, schema }
  })
  const inHeader = Object.entries(header).map(([name, description]) => {
    return { name, in: 'header', required: true, description, schema: { type: 'string' } }
  })
  const failed = { description: 'What is wrong and what to do', content: json(failureSchema) }
  return {
    summary,
    parameters: [...inPath, ...inQuery, ...inHeader],
    ...(body && { requestBody: { required: true, content: json(body) } }),
    responses: { 200: { description: summary, content: json(answer) }, default: failed },
  }
}

function json(type: z.ZodType): Record<string, unknown> {
  return { 'application/json': { schema: jsonSchema(type, 'output') } }
}

function jsonSchema(type: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(type, { io })
  return schema
}
