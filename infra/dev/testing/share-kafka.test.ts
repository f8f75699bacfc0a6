import { expect, test } from 'vitest'
import { findKafka, type KafkaWays } from './share-kafka.ts'

const stop = () => Promise.resolve()

/** Ways that note that they were gone. */
function ways(kafkas: { readonly jars?: string; readonly container?: string }) {
  const gone: string[] = []
  const found: KafkaWays = {
    async fromJars() {
      gone.push('jars')
      return kafkas.jars ? { brokers: [kafkas.jars], stop } : { because: '`java -version` does not run here' }
    },
    async fromContainer() {
      gone.push('container')
      return kafkas.container ? { brokers: [kafkas.container], stop } : { missing: 'no engine answers' }
    },
  }
  return { gone, ...found }
}

test('the brokers that KAFKA_BROKERS names are taken, and none is started', async () => {
  const all = ways({ jars: 'j:1', container: 'c:1' })
  expect(await findKafka('a:1, b:2', all)).toMatchObject({ brokers: ['a:1', 'b:2'] })
  expect(all.gone).toEqual([])
})

test('without them Java and Maven come first, then a container', async () => {
  const all = ways({ jars: 'j:1', container: 'c:1' })
  expect(await findKafka('', all)).toMatchObject({ brokers: ['j:1'] })
  expect(all.gone).toEqual(['jars'])
  expect(await findKafka('', ways({ container: 'c:1' }))).toMatchObject({ brokers: ['c:1'] })
})

test('where there is no way to a broker, one line says what each would take', async () => {
  expect(await findKafka('', ways({}))).toEqual({
    missing:
      'no Kafka: KAFKA_BROKERS is not set; Java and Maven: `java -version` does not run here; Docker: no engine answers',
  })
})
