/** A coding agent as its package manager installs it, and how it is pointed at a provider and at the door. */
export interface Agent {
  readonly service: string
  /** Of the requests in the ledger. */
  readonly provider: string
  /** With its version, as npm takes it. */
  readonly package: string
  /** In `node_modules`: run by Node where it is a script. */
  readonly program: string
  readonly args: readonly string[]
  readonly env: (where: Where) => Readonly<Record<string, string>>
  /** Of its configuration, by path below the home directory. */
  readonly files: (where: Where) => Readonly<Record<string, string>>
}

export interface Where {
  readonly providerUrl: string
  readonly grpcUrl: string
  readonly home: string
}

const prompt = 'say hello'
const codexExporter = (url: string) => `{ otlp-grpc = { endpoint = "${url}" } }`

export const agents: readonly Agent[] = [
  {
    service: 'claude-code',
    provider: 'anthropic',
    package: '@anthropic-ai/claude-code@2.1.197',
    program: `@anthropic-ai/claude-code-${process.platform}-${process.arch}/claude`,
    args: ['-p', prompt, '--model', 'claude-sonnet-4-5'],
    env: ({ providerUrl, grpcUrl }) => ({
      ANTHROPIC_BASE_URL: providerUrl,
      ANTHROPIC_API_KEY: 'none',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      CLAUDE_CODE_ENABLE_TELEMETRY: '1',
      CLAUDE_CODE_ENHANCED_TELEMETRY_BETA: '1',
      OTEL_LOGS_EXPORTER: 'otlp',
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_ENDPOINT: grpcUrl,
    }),
    files: () => ({}),
  },
  {
    service: 'codex_exec',
    provider: 'openai',
    package: '@openai/codex@0.169.0',
    program: '@openai/codex/bin/codex.js',
    args: ['exec', '--skip-git-repo-check', prompt],
    env: ({ home }) => ({ OPENAI_API_KEY: 'none', CODEX_HOME: `${home}/.codex` }),
    files: ({ providerUrl, grpcUrl }) => ({
      '.codex/config.toml': `
model = "gpt-5"
model_provider = "local"
[model_providers.local]
name = "local"
base_url = "${providerUrl}/v1"
env_key = "OPENAI_API_KEY"
wire_api = "responses"
[analytics]
enabled = false
[otel]
exporter = ${codexExporter(grpcUrl)}
metrics_exporter = ${codexExporter(grpcUrl)}
trace_exporter = ${codexExporter(grpcUrl)}
`,
    }),
  },
  {
    service: 'gemini-cli',
    provider: 'google',
    package: '@google/gemini-cli@0.61.0',
    program: '@google/gemini-cli/bundle/gemini.js',
    args: ['--skip-trust', '-m', 'gemini-2.5-pro', '-p', prompt],
    env: ({ providerUrl }) => ({
      GEMINI_API_KEY: 'none',
      GOOGLE_GEMINI_BASE_URL: providerUrl,
      GEMINI_DEV_TRACING: 'true',
    }),
    files: ({ grpcUrl }) => ({
      '.gemini/settings.json': JSON.stringify({
        telemetry: { enabled: true, target: 'local', otlpEndpoint: grpcUrl, logPrompts: false },
        security: { auth: { selectedType: 'gemini-api-key' } },
        privacy: { usageStatisticsEnabled: false },
      }),
    }),
  },
]
