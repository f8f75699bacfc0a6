import { posix } from 'node:path'
import type { SourceFile } from './sources.ts'

/** Folders of services that are pure functions: they may import each other and schemas, nothing else. */
const domainFolders: Readonly<Record<string, ReadonlySet<string>>> = {
  ledger: new Set(['pricing', 'dialects', 'identity', 'pools']),
  'anomaly-detector': new Set(['series', 'judge', 'alert', 'measure', 'route']),
}
const forbiddenFolders = new Set(['utils', 'util', 'common', 'core', 'types', 'helpers', 'lib', 'misc'])
/** Only entry points know the environment; everything else is handed its part of it. */
const readsEnvironment = /^services\/[^/]+\/(src\/main\.ts|bin\/[^/]+\.mjs)$/
/** What a pure function has no business with. `node:crypto` is let in for its hashes, by name. */
const impure = [
  [/\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(/, 'reads the clock'],
  [/\bMath\.random\(|\brandom(UUID|Bytes|Int)\b|\bgetRandomValues\b/, 'is random'],
  [/\bconsole\.\w+\(/, 'writes to the console'],
  [/\bfetch\(|\bset(Timeout|Interval|Immediate)\(/, 'does I/O or waits'],
] as const

/** Every breach of the import rule (docs/architecture.md) in these files, as lines a person can act on. */
export function breaches(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) =>
    [...ofPath(file), ...ofImports(file), ...ofText(file)].map((what) => `${file.path}: ${what}`),
  )
}

function ofPath({ path }: SourceFile): string[] {
  return path
    .split('/')
    .slice(0, -1)
    .filter((folder) => forbiddenFolders.has(folder))
    .map((folder) => `the folder ${folder}/ says nothing about what is in it: name it after its worry`)
}

function ofImports(file: SourceFile): string[] {
  const home = packageOf(file.path)
  const domain = domainOf(file.path)
  return importsOf(file.text).flatMap((specifier) => {
    const found: string[] = []
    const target = specifier.startsWith('.') ? posix.join(posix.dirname(file.path), specifier) : undefined
    if (target !== undefined && home !== undefined && packageOf(target) !== home) {
      found.push(`${specifier} leaves the package: import it by its name, @spanledger/…`)
    }
    const other = serviceOf(specifier)
    if (other && home && isService(home) && home !== 'services/cli' && `services/${other}` !== home) {
      found.push(`${specifier} is another service: services meet through topics, tables and HTTP`)
    }
    if (home === 'schemas' && !isTest(file.path) && /^@spanledger\/(?!schemas\/)/.test(specifier)) {
      found.push(`${specifier}: schemas import nothing of ours`)
    }
    if (home === 'services/runtime' && /^@spanledger\/(?!schemas\/|runtime\/)/.test(specifier)) {
      found.push(`${specifier}: the runtime imports no service`)
    }
    if (domain && !isTest(file.path) && !allowedInDomain(specifier, target)) {
      found.push(`${specifier} in the domain folder ${domain}/: it may import schemas and other domain folders only`)
    }
    return found
  })
}

function ofText(file: SourceFile): string[] {
  if (isTest(file.path) || !packageOf(file.path)) return []
  const found: string[] = []
  const code = withoutComments(file.text)
  if (/\bprocess\s*\.\s*env\b|\benv\b[^\n]*from 'node:process'/.test(code) && !readsEnvironment.test(file.path)) {
    found.push('reads process.env: only main.ts and the composition root do, everything else is handed its config')
  }
  if (domainOf(file.path))
    found.push(...impure.filter(([pattern]) => pattern.test(code)).map(([, what]) => `${what}, in a domain folder`))
  return found
}

/** The specifiers of static and dynamic imports, re-exports, import types and require calls. */
export function importsOf(text: string): string[] {
  const code = withoutComments(text)
  const patterns = [
    /\b(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/g,
    /\bimport\s*['"]([^'"]+)['"]/g,
    /\b(?:import|require)\s*\(\s*['"`]([^'"`$]+)['"`]/g,
  ]
  return [...new Set(patterns.flatMap((pattern) => [...code.matchAll(pattern)].map((match) => match[1] as string)))]
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|(?<=^|[\s;{}(,])\/\/[^\n]*/g, '')
}

function allowedInDomain(specifier: string, target: string | undefined): boolean {
  if (specifier.startsWith('@spanledger/schemas/') || specifier === 'node:crypto') return true
  if (target === undefined) return false
  // the observation is the domain's own vocabulary; it lives beside the folders that share it
  return domainOf(target) !== undefined || target === 'services/ledger/src/observation.ts'
}

function domainOf(path: string): string | undefined {
  const [, service = '', folder = ''] = /^services\/([^/]+)\/src\/([^/]+)\//.exec(path) ?? []
  return domainFolders[service]?.has(folder) ? folder : undefined
}

function packageOf(path: string): string | undefined {
  return /^(schemas|services\/[^/]+)\//.exec(path)?.[1]
}

function isService(home: string): boolean {
  return home.startsWith('services/') && home !== 'services/runtime'
}

function serviceOf(specifier: string): string | undefined {
  const name = /^@spanledger\/([^/]+)/.exec(specifier)?.[1]
  return name === 'schemas' || name === 'runtime' ? undefined : name
}

function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path) || path.startsWith('test/') || path.includes('/testing/')
}
