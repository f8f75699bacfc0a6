import { execFile, spawn } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../../', import.meta.url))
const environment = join(root, 'node_modules/.cache/python-producers')
const packages = [
  'opentelemetry-sdk==1.45.2',
  'opentelemetry-exporter-otlp-proto-http==1.45.2',
  'opentelemetry-exporter-otlp-proto-grpc==1.45.2',
  'fastavro==1.13.1',
  'kafka-python==3.0.12',
]
const run = promisify(execFile)

/** A Python with the official OTLP exporters, an Avro library and a Kafka client; or why there is none, in one line. */
export async function pythonProducers(): Promise<{ readonly python: string } | { readonly missing: string }> {
  const python = join(environment, 'bin/python')
  const stamp = join(environment, `with-${packages.join('-').replaceAll(/[^\w.-]/g, '')}`)
  if (existsSync(stamp)) return { python }
  rmSync(environment, { recursive: true, force: true })
  try {
    await run('python3', ['-m', 'venv', environment])
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages], {
      timeout: 180_000,
    })
  } catch (error) {
    const [reason = ''] = String((error as { stderr?: string }).stderr || error).split('\n')
    return { missing: `no Python producers: ${reason}` }
  }
  writeFileSync(stamp, '')
  return { python }
}

/** Runs a script of `producers/` to its end, with lines on its standard input; resolves to how many it saw acknowledged. */
export async function runProducer(
  python: string,
  script: string,
  args: readonly string[],
  lines: readonly unknown[],
): Promise<number> {
  const child = spawn(python, [join(root, 'test/harness/producers', script), ...args])
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  child.stdin.end(lines.map((line) => JSON.stringify(line)).join('\n'))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`${script} ended with ${code}: ${stderr}`)
  return (JSON.parse(stdout) as { acknowledged: number }).acknowledged
}
