export const anyRegion = '*'

/** Azure's names do not begin with the zone. Its data zones: the United States, and members of the European Union. */
const azureZones: ReadonlyMap<string, string> = new Map([
  ...'centralus eastus eastus2 northcentralus southcentralus westcentralus westus westus2 westus3'
    .split(' ')
    .map((region) => [region, 'us'] as const),
  ...[
    'austriaeast belgiumcentral denmarkeast francecentral francesouth germanynorth germanywestcentral italynorth',
    'northeurope polandcentral spaincentral swedencentral swedensouth westeurope',
  ].flatMap((line) => line.split(' ').map((region) => [region, 'eu'] as const)),
])

/** `eu-west-1`, `europe-west4`, `swedencentral` -> eu; `us-east-1` -> us; '' where the name does not say. */
export function zoneOf(region: string): string {
  const match = /^(us|eu|europe)(?:-(?!gov)|$)/.exec(region)
  if (match) return match[1] === 'us' ? 'us' : 'eu'
  return azureZones.get(region) ?? ''
}

export function isGlobal(region: string): boolean {
  return region === '' || region === 'global' || region === anyRegion
}

/** Whether a region is `wanted`, or one of the zone `wanted`. */
export function inZone(region: string, wanted: string): boolean {
  return wanted === anyRegion || region === wanted || zoneOf(region) === wanted
}

const bedrockArn = /^arn:aws[a-z-]*:bedrock:([a-z0-9-]+):/
const vertexPath = /^projects\/[^/]+\/locations\/([^/]+)\//

/** In lower case: as reported, else as the ARN or path that was asked for has it (5.3); '' for unknown. */
export function regionOf(reported: string, models: readonly string[]): string {
  const region = reported.trim().toLowerCase()
  if (region !== '') return region
  for (const model of models) {
    if (!/[:/]/.test(model)) continue
    const name = model.trim().toLowerCase()
    const found = bedrockArn.exec(name)?.[1] ?? vertexPath.exec(name)?.[1]
    if (found) return found
  }
  return ''
}
