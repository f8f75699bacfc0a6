import { spawn } from 'node:child_process'
import { cleanEnv } from '../harness/command.ts'
import type { Provider } from './provider/provider.ts'
import type { Scenario } from './scenario.ts'

/** No scenario makes more than some forty calls to this machine. */
const longestMs = 90_000

export interface Program {
  readonly command: string
  readonly args: readonly string[]
}

/** Runs the program of a scenario to its end; what it printed is in the error if it fails. */
export async function runScenario(
  { name }: Scenario,
  { command, args }: Program,
  target: { readonly provider: Provider; readonly doorUrl: string },
): Promise<void> {
  const env = {
    ...cleanEnv(),
    SCENARIO: name,
    PROVIDER_PORT: String(target.provider.port),
    DOOR_URL: target.doorUrl,
    OTEL_RESOURCE_ATTRIBUTES: `spanledger.tenant=${name},service.name=${name}`,
    PYTHONDONTWRITEBYTECODE: '1',
    // its list of prices would be fetched from far away
    LITELLM_LOCAL_MODEL_COST_MAP: 'True',
    HTTP_PROXY: '',
    HTTPS_PROXY: '',
    ALL_PROXY: '',
    NO_PROXY: '*',
  }
  const child = spawn(command, args, { env, timeout: longestMs, killSignal: 'SIGKILL' })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('close', resolve)
    child.once('error', reject)
  })
  if (code !== 0) throw new Error(`${name} ended with ${code}; it printed:\n${output}`)
}
