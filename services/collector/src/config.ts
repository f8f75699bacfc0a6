import { z } from 'zod'

const mebibyte = 1024 * 1024

/** What the door is told, with its limits. */
export const collectorOptions = z.strictObject({
  host: z.string().describe('address to listen on'),
  port: z.int().min(0).max(65_535).describe('port for OTLP over HTTP and usage events; 0 takes a free one'),
  grpcPort: z
    .int()
    .min(0)
    .max(65_535)
    .optional()
    .describe('port for OTLP over gRPC; 0 takes a free one, none: no gRPC'),
  apiKeys: z
    .array(z.strictObject({ key: z.string().min(1), tenant: z.string().min(1) }))
    .default([])
    .describe('who may send; empty: everybody who reaches the port'),
  tenant: z.string().min(1).optional().describe('tenant of everything that comes in, where no key decides it'),
  maxBodyBytes: z
    .int()
    .positive()
    .default(16 * mebibyte)
    .describe('of one request, as it comes over the wire'),
  maxInflatedBytes: z
    .int()
    .positive()
    .default(64 * mebibyte)
    .describe('of one request, after decompression, and of the records made of it'),
  maxEventsPerRequest: z.int().positive().default(50_000).describe('usage events in one request'),
  maxRecordsPerRequest: z
    .int()
    .positive()
    .default(200_000)
    .describe('spans, log records or metric data points in one request'),
  maxInFlightRequests: z.int().positive().default(512).describe('requests under way at once; more get 503'),
  maxInFlightBytes: z
    .int()
    .positive()
    .default(256 * mebibyte)
    .describe('their bodies together; more get 503'),
  bodyTimeoutMs: z.int().positive().default(30_000).describe('how long a body may take to arrive'),
})

export type CollectorOptions = z.input<typeof collectorOptions>
export type CollectorConfig = z.output<typeof collectorOptions>
