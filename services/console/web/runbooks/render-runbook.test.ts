import { expect, test } from 'vitest'
import { renderRunbook } from './render-runbook.ts'

const html = (text: string) => renderRunbook(text, 'spend_spike').html

test('the title is the first heading, else the kind in words', () => {
  expect(renderRunbook('Intro\n\n# Spend `spike`\n\n## More', 'spend_spike').title).toBe('Spend spike')
  expect(renderRunbook('Nothing yet.', 'spend_spike').title).toBe('spend spike')
})

test('nothing of a text becomes code of the page', () => {
  const evil =
    '<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\n[a](javascript:alert(1)) [b](data:text/html,x) **<b onclick=x>**\n\n```"><script>\nx\n```'
  expect(html(evil)).not.toMatch(/<(script|img|b)\b|href="(javascript|data)|class="[^"]*</i)
})

test('other runbooks are linked, files of the repository are named, the web is linked', () => {
  expect(html('[u](unpriced.md) [v](./latency.md#now)')).toBe(
    '<p><a href="/runbooks/unpriced">u</a> <a href="/runbooks/latency#now">v</a></p>\n',
  )
  expect(html('[sql](../sql.md)')).toBe('<p><span>sql</span></p>\n')
  expect(html('[docs](https://example.com/x)')).toContain('<a href="https://example.com/x">')
})

test('tables are aligned by classes: the page allows no style attributes', () => {
  const table = html('| a | b | c |\n|---|--:|:-:|\n| 1 | 2 | 3 |')
  expect(table).not.toContain('style=')
  expect(table).toContain('<td class="right">2</td>')
  expect(table).toContain('<td class="center">3</td>')
})
