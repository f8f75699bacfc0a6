import { describe, expect, it } from 'vitest'
import { inZone, regionOf, zoneOf } from './region.ts'

describe('a region', () => {
  it('is of a zone where its name says so', () => {
    const eu = ['eu', 'eu-west-1', 'europe-west4', 'westeurope', 'swedencentral']
    const us = ['us', 'us-east-1', 'us-central1', 'eastus2', 'westus']
    expect([...new Set(eu.map(zoneOf))]).toEqual(['eu'])
    expect([...new Set(us.map(zoneOf))]).toEqual(['us'])
    const none = [
      '',
      'global',
      '*',
      'asia-east1',
      'uksouth',
      'switzerlandnorth',
      'us-gov-west-1',
      'usgovvirginia',
      'eurasia',
    ]
    expect([...new Set(none.map(zoneOf))]).toEqual([''])
    expect([inZone('eu-west-1', 'eu'), inZone('eu-west-1', 'us'), inZone('', 'eu'), inZone('', '*')]).toEqual([
      true,
      false,
      false,
      true,
    ]) // prettier-ignore
  })

  it('is what was reported, else what the ARN or path says', () => {
    const profile = 'arn:aws:bedrock:eu-west-1:123:inference-profile/eu.anthropic.claude-haiku-4-5-20251001-v1:0'
    expect(regionOf(' US-East-1 ', [profile])).toBe('us-east-1')
    expect(regionOf('', [profile])).toBe('eu-west-1')
    expect(regionOf('', ['', profile])).toBe('eu-west-1')
    const path = 'projects/p/locations/europe-west4/publishers/google/models/gemini-2.5-pro'
    expect(regionOf('', [path])).toBe('europe-west4')
    expect(regionOf('', ['publishers/google/models/gemini-2.5-pro'])).toBe('')
    expect(regionOf('', ['ft:gpt-4o:acme::x', ''])).toBe('')
  })
})
