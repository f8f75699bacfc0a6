import { afterEach, expect, test } from 'vitest'
import { untilDrained } from '../harness/event-log.ts'
import { pythonProducers, runProducer } from '../harness/python.ts'
import { spanLine } from '../harness/span-line.ts'
import { createSpanledger, type Spanledger } from '../harness/spanledger.ts'
import { expectedOf, ledgerTotals, traffic } from '../harness/traffic.ts'

let spanledger: Spanledger | undefined
afterEach(() => spanledger?.dispose())

test('the official Python exporter over gRPC, gzip: exact sums', { timeout: 300_000 }, async (context) => {
  const python = await pythonProducers()
  if ('missing' in python) return context.skip(python.missing)
  spanledger = await createSpanledger()
  await spanledger.start()
  const requests = await traffic('azure-code', { endAtMs: Date.now() - 3_600_000, limit: 3_000 })
  const url = spanledger.grpcUrl.replace('http:', 'grpc:')
  const acknowledged = await runProducer(python.python, 'otlp_spans.py', [url, '250'], requests.map(spanLine))
  expect(acknowledged).toBe(requests.length)
  await untilDrained(spanledger.dataDir)
  expect(await ledgerTotals(spanledger.sql)).toEqual(expectedOf(requests))
})
