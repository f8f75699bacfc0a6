import type { PriceCheck, PricePreviewAnswer, Prices, PricesSaved } from '@spanledger/schemas/api/prices'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { ask } from '../api.ts'

/** A dry run reads and prices thousands of charges. */
const previewWithinMs = 120_000
/** Checked when nothing was typed for so long. */
const pauseMs = 300

export function usePrices() {
  return useQuery({
    queryKey: ['prices'],
    queryFn: ({ signal }) => ask<Prices>('/prices', { signal }),
    refetchInterval: 2_000,
    placeholderData: keepPreviousData,
  })
}

/** What is wrong with a text, once its writer pauses. */
export function useCheck(text: string) {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), pauseMs)
    return () => clearTimeout(timer)
  }, [text])
  return useQuery({
    queryKey: ['prices', 'check', settled],
    queryFn: ({ signal }) => ask<PriceCheck>('/prices/check', { ...sent('POST', settled), signal }),
    placeholderData: keepPreviousData,
  })
}

export function previewPrices(text: string): Promise<PricePreviewAnswer> {
  return ask('/prices/preview', { ...sent('POST', text), withinMs: previewWithinMs })
}

export function savePrices(text: string, etag: string): Promise<PricesSaved> {
  const { headers, ...rest } = sent('PUT', text)
  return ask('/prices', { ...rest, headers: { ...headers, 'if-match': `"${etag}"` } })
}

function sent(method: 'POST' | 'PUT', text: string) {
  return { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ text }) }
}
