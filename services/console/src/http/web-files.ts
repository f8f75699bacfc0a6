import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Hono } from 'hono'
import { compress } from 'hono/compress'

/** Where `vite build web` writes; the same place from `src` and from `dist`. */
export const builtWebDir = fileURLToPath(new URL('../../dist/web/', import.meta.url))

interface WebFile {
  readonly body: Uint8Array<ArrayBuffer>
  readonly type: string
  readonly etag: string
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

/**
 * Serves the built page and the runbooks out of memory: only what was there at the start can be asked for. Files under `assets/` carry
 * a hash in their names and are kept for ever; the page itself is asked for again each time.
 */
export function serveWebFiles(app: Hono, dir: string): void {
  const files = readWebFiles(dir)
  app.use('/assets/*', compress())
  app.get('/runbooks/*', (context) => {
    const kind = context.req.path.slice('/runbooks/'.length) || 'index'
    const page = files.get(`/runbooks/${kind}.html`)
    const shown = page ?? files.get('/runbooks/unknown.html')
    if (shown === undefined) return context.text('not found', 404)
    return context.body(shown.body, page ? 200 : 404, { 'content-type': shown.type, 'cache-control': 'no-cache' })
  })
  app.get('*', (context) => {
    const path = context.req.path === '/' ? '/index.html' : context.req.path
    const file = files.get(path)
    if (file === undefined) {
      if (path !== '/index.html') return context.text('not found', 404)
      return context.text('The page is not built. Build it with: pnpm --filter @spanledger/console build:web', 503)
    }
    const cacheControl = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
    const caching = { etag: file.etag, 'cache-control': cacheControl }
    if (context.req.header('if-none-match') === file.etag) return context.body(null, 304, caching)
    return context.body(file.body, 200, { ...caching, 'content-type': file.type })
  })
}

function readWebFiles(dir: string): ReadonlyMap<string, WebFile> {
  const files = new Map<string, WebFile>()
  for (const entry of listFiles(dir)) {
    const type = types[extname(entry)]
    if (type === undefined) continue
    const body = new Uint8Array(readFileSync(entry))
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
    files.set(`/${relative(dir, entry).split(sep).join('/')}`, { body, type, etag })
  }
  return files
}

function listFiles(dir: string): string[] {
  try {
    const entries = readdirSync(dir, { recursive: true, withFileTypes: true })
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
