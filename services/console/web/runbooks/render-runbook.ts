import MarkdownIt from 'markdown-it'

/** A text of docs/runbooks as it is shown. */
export interface RunbookPage {
  readonly title: string
  /** Safe to put into a page: written by the renderer alone, never HTML of the text. */
  readonly html: string
}

// HTML in the text is shown as text, and only harmless links are links: the library's own rules.
const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false })

/** Links that lead somewhere on the console: other runbooks, anchors, and the web. */
function hrefOf(target: string): string | undefined {
  const kind = /^(?:\.\/)?([a-z][a-z0-9_-]*)\.md(#[\w-]*)?$/.exec(target)
  if (kind) return `/runbooks/${kind[1]}${kind[2] ?? ''}`
  return /^(https?:|#|\/)/.test(target) ? target : undefined
}

markdown.core.ruler.push('links of the console', (state) => {
  for (const block of state.tokens) {
    const open: (string | undefined)[] = []
    for (const token of block.children ?? []) {
      if (token.type === 'link_open') {
        const href = hrefOf(String(token.attrGet('href')))
        open.push(href)
        if (href === undefined) plain(token)
        else token.attrSet('href', href)
      }
      // what is in the repository only is named, not linked
      if (token.type === 'link_close' && open.pop() === undefined) plain(token)
    }
    // The Content-Security-Policy allows no style attributes.
    const align = String(block.attrGet('style') ?? '')
    if (align !== '') {
      block.attrs = (block.attrs ?? []).filter(([name]) => name !== 'style')
      block.attrJoin('class', align.includes('right') ? 'right' : align.includes('center') ? 'center' : 'left')
    }
  }
})

function plain(token: { type: string; tag: string; attrs: unknown }): void {
  token.type = token.type.replace('link', 'em')
  token.tag = 'span'
  token.attrs = null
}

export function renderRunbook(text: string, kind: string): RunbookPage {
  const tokens = markdown.parse(text, {})
  const heading = tokens.findIndex((token) => token.type === 'heading_open' && token.tag === 'h1')
  const title = tokens[heading + 1]?.children?.map((token) => token.content).join('') || kind.replaceAll('_', ' ')
  return { title: heading < 0 ? kind.replaceAll('_', ' ') : title, html: markdown.render(text) }
}

export function escapeHtml(text: string): string {
  return markdown.utils.escapeHtml(text)
}
