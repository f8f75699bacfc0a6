import { describe, expect, it } from 'vitest'
import type { Service } from '../service.ts'

export interface ServiceContractOptions {
  /** A service that can start, not started. */
  create(): Service | Promise<Service>
  /** One whose start rejects. */
  createBroken?(): Service | Promise<Service>
}

/** What every service promises about its life (service.ts). */
export function describeServiceContract(name: string, options: ServiceContractOptions): void {
  const { create, createBroken } = options

  describe(`${name} keeps the promises of a service`, () => {
    it('has a name', async () => {
      expect((await create()).name).not.toBe('')
    })

    it('may be stopped before it was started', async () => {
      const service = await create()
      await service.stop()
    })

    it('starts and stops', async () => {
      const service = await create()
      await service.start()
      await service.stop()
    })

    it('may be stopped twice, also at the same time', async () => {
      const service = await create()
      await service.start()
      await Promise.all([service.stop(), service.stop()])
      await service.stop()
    })

    it('may be stopped while it starts', async () => {
      const service = await create()
      const started = service.start().catch(() => undefined)
      await service.stop()
      await started
      await service.stop()
    })

    if (createBroken !== undefined) {
      it('says what is wrong when it cannot start, and may be stopped then', async () => {
        const service = await createBroken()
        await expect(service.start()).rejects.toMatchObject({
          name: expect.any(String),
          message: expect.stringMatching(/\S/),
        })
        await service.stop()
      })
    }
  })
}
