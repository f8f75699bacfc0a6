import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { eventually } from './eventually.ts'

it('a broker of the tests dies with the process that started it, also on kill -9, and leaves nothing', async (context) => {
  const script = fileURLToPath(new URL('./kafka/parent.ts', import.meta.url))
  const parent = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string]
  const { missing, brokers, directory } = JSON.parse(line) as { missing?: string; brokers: string[]; directory: string }
  if (missing !== undefined) {
    parent.kill('SIGKILL')
    context.skip(missing)
  }
  const port = Number(brokers[0]?.split(':')[1])
  expect(await listens(port)).toBe(true)

  parent.kill('SIGKILL')
  await eventually('its files are gone', () => !existsSync(directory))
  expect(await listens(port)).toBe(false)
})

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
