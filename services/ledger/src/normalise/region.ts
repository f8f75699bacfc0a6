/** Endpoint hosts that name the region they serve. */
const regionHosts = [
  /^bedrock(?:-runtime)?(?:-fips)?\.([a-z]{2}(?:-[a-z]+)+-\d)\./,
  /^([a-z]+-[a-z]+\d{1,2})-aiplatform\.googleapis\.com$/,
  /^([a-z0-9]+)\.api\.cognitive\.microsoft\.com$/,
  /^(us|eu)\.api\.openai\.com$/,
]
/** Clouds whose spans' `cloud.region` is the endpoint's; elsewhere it is only where the caller happens to run. */
const regionalClouds: ReadonlySet<string> = new Set(['aws', 'azure', 'vertex'])

/** The region a request was served in, from the most specific place that says so: model ARN, attribute, host. */
export function regionOf(
  provider: string,
  said: { attribute: string | undefined; model: string | undefined; serverAddress: string | undefined },
): string | undefined {
  const arn = said.model === undefined ? undefined : /^arn:aws[a-z-]*:bedrock:([a-z0-9-]+):/.exec(said.model)?.[1]
  if (arn !== undefined) return arn
  if (said.attribute !== undefined && regionalClouds.has(provider)) return said.attribute.toLowerCase()
  const host = said.serverAddress?.toLowerCase()
  if (host === undefined) return undefined
  for (const pattern of regionHosts) {
    const region = pattern.exec(host)?.[1]
    if (region !== undefined) return region
  }
  return undefined
}
