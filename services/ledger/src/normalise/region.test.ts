import { expect, test } from 'vitest'
import { regionOf } from './region.ts'

const said = { attribute: undefined, model: undefined, serverAddress: undefined }

test.each([
  ['aws', { model: 'arn:aws:bedrock:eu-west-1:1234:inference-profile/eu.anthropic.claude' }, 'eu-west-1'],
  ['aws', { model: 'arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/x' }, 'us-gov-west-1'],
  ['aws', { attribute: 'us-east-1' }, 'us-east-1'],
  ['aws', { serverAddress: 'bedrock-runtime.ap-southeast-2.amazonaws.com' }, 'ap-southeast-2'],
  ['vertex', { serverAddress: 'us-central1-aiplatform.googleapis.com' }, 'us-central1'],
  ['azure', { serverAddress: 'westeurope.api.cognitive.microsoft.com' }, 'westeurope'],
  ['openai', { serverAddress: 'eu.api.openai.com' }, 'eu'],
  ['openai', { serverAddress: 'api.openai.com' }, undefined],
  ['openai', {}, undefined],
])('%s with %j was served in %s', (provider, places, region) => {
  expect(regionOf(provider, { ...said, ...places })).toBe(region)
})

test('where the caller runs is not where a provider without regions serves', () => {
  expect(regionOf('openai', { ...said, attribute: 'eu-central-1' })).toBeUndefined()
})
