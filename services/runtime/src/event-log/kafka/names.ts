import type { KafkaConnection } from './connection.ts'

/** Names in the cluster, which may be shared with others: ours with a prefix. */
export interface Names {
  topic(name: string): string
  /** The name without its prefix. */
  ofTopic(inCluster: string): string
  group(name: string): string
}

export function createNames({ topicPrefix = '', groupPrefix = '' }: KafkaConnection): Names {
  return {
    topic: (name) => topicPrefix + name,
    ofTopic: (inCluster) => inCluster.slice(topicPrefix.length),
    group: (name) => groupPrefix + name,
  }
}
