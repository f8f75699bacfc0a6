import kafkajs, { type Admin } from 'kafkajs'
import type { TopicSpec } from './topic-specs.ts'

export interface SettingDifference {
  /** As Kafka names it. */
  readonly setting: string
  readonly found: string
  readonly wanted: string
}

interface There extends TopicSpec {
  readonly name: string
  readonly found: number | undefined
}

/** By the name in the cluster: the settings that are other than they should be. */
export async function findDifferences(
  admin: Admin,
  topics: readonly There[],
): Promise<ReadonlyMap<string, SettingDifference[]>> {
  const there = topics.filter(({ found }) => found !== undefined)
  if (there.length === 0) return new Map()
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: there.map(({ name, config }) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name,
      configNames: Object.keys(config),
    })),
  })
  const differences = there.map(({ name, config }): [string, SettingDifference[]] => {
    const entries = resources.find(({ resourceName }) => resourceName === name)?.configEntries ?? []
    const given = entries.map(({ configName: setting, configValue: found }) => {
      return { setting, found, wanted: config[setting] ?? '' }
    })
    return [name, given.filter(({ found, wanted }) => found !== wanted)]
  })
  return new Map(differences)
}
