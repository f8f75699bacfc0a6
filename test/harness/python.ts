import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pythonEnvironment } from './python-environment.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const packages = [
  'opentelemetry-sdk==1.45.2',
  'opentelemetry-exporter-otlp-proto-http==1.45.2',
  'opentelemetry-exporter-otlp-proto-grpc==1.45.2',
  'fastavro==1.13.1',
  'kafka-python==3.0.12',
]

/** A Python with the official OTLP exporters, an Avro library and a Kafka client; or why there is none, in one line. */
export async function pythonProducers(): Promise<{ readonly python: string } | { readonly missing: string }> {
  const environment = await pythonEnvironment({ name: 'python-producers', packages })
  return 'missing' in environment ? { missing: `no Python producers: ${environment.missing}` } : environment
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
