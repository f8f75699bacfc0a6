import type { Admin, Kafka } from 'kafkajs'
import { logClosed } from '../local-log-options.ts'

/**
 * The admin client of a log. kafkajs goes on asking brokers that no longer lead a partition until its picture of the
 * cluster has aged: after an error it gets a new one.
 */
export class AdminClient {
  readonly #kafka: Kafka
  #connected: Promise<Admin> | undefined
  #isOpen = false

  constructor(kafka: Kafka) {
    this.#kafka = kafka
  }

  async open(): Promise<void> {
    this.#isOpen = true
    await this.#admin()
  }

  async run<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    if (!this.#isOpen) throw logClosed()
    const connected = this.#admin()
    try {
      return await work(await connected)
    } catch (error) {
      if (this.#connected === connected) this.#connected = undefined
      void disconnect(connected)
      throw error
    }
  }

  async close(): Promise<void> {
    this.#isOpen = false
    const connected = this.#connected
    this.#connected = undefined
    if (connected !== undefined) await disconnect(connected)
  }

  #admin(): Promise<Admin> {
    return (this.#connected ??= connect(this.#kafka))
  }
}

async function connect(kafka: Kafka): Promise<Admin> {
  const admin = kafka.admin()
  await admin.connect()
  return admin
}

async function disconnect(connected: Promise<Admin>): Promise<void> {
  try {
    await (await connected).disconnect()
  } catch {
    // It is gone either way.
  }
}
