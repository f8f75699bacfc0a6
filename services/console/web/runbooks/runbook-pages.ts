import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Plugin } from 'vite'
import { escapeHtml, type RunbookPage, renderRunbook } from './render-runbook.ts'

/**
 * Makes a page of each text in `folder`, at build time: /runbooks/<kind>, a list at /runbooks, and one for what is not
 * there. They have no script, share the page's styles, and need nothing of the folder once they are built.
 */
export function runbookPages(folder: string): Plugin {
  return {
    name: 'runbook-pages',
    // the names of the styles are known only then
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const styles = Object.keys(bundle).filter((file) => file.endsWith('.css'))
        for (const [fileName, source] of pagesOf(folder, styles)) this.emitFile({ type: 'asset', fileName, source })
      },
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const path = /^\/runbooks\/?([\w-]*)$/.exec(request.url ?? '')
        if (!path) return next()
        const pages = new Map(pagesOf(folder, ['src/style.css']))
        const page = pages.get(`runbooks/${path[1] || 'index'}.html`) ?? pages.get('runbooks/unknown.html')
        response.setHeader('content-type', 'text/html; charset=utf-8')
        response.end(page)
      })
    },
  }
}

function pagesOf(folder: string, styles: readonly string[]): [fileName: string, html: string][] {
  const texts = existsSync(folder) ? readdirSync(folder).filter((file) => /^[a-z][a-z0-9_-]*\.md$/.test(file)) : []
  const runbooks = texts.toSorted().map((file): [kind: string, page: RunbookPage] => {
    const kind = basename(file, '.md')
    return [kind, renderRunbook(readFileSync(join(folder, file), 'utf8'), kind)]
  })
  const list = `<ul>${runbooks.map(([kind, { title }]) => `<li><a href="/runbooks/${kind}">${escapeHtml(title)}</a></li>`).join('')}</ul>`
  const all = runbooks.length > 0 ? list : '<p>There are none in this build.</p>'
  const page = (content: RunbookPage) => documentOf(content, styles)
  return [
    ...runbooks
      .filter(([kind]) => kind !== 'index' && kind !== 'unknown')
      .map(([kind, content]): [string, string] => [`runbooks/${kind}.html`, page(content)]),
    ['runbooks/index.html', page({ title: 'Runbooks', html: `<h1>Runbooks</h1>${all}` })],
    [
      'runbooks/unknown.html',
      page({
        title: 'No such runbook',
        html: `<h1>There is no runbook of this name</h1><p>These are there:</p>${all}`,
      }),
    ],
  ]
}

function documentOf({ title, html }: RunbookPage, styles: readonly string[]): string {
  const links = styles.map((file) => `<link rel="stylesheet" href="/${file}" />`).join('')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="color-scheme" content="light dark" />
<title>${escapeHtml(title)} · spanledger</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml" />
${links}
</head>
<body>
<main class="runbook">
<nav aria-label="Console"><a href="/"><img src="/favicon.svg" alt="" />spanledger</a><a href="/runbooks">Runbooks</a></nav>
<article>
${html}
</article>
</main>
</body>
</html>
`
}
