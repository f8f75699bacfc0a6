import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chromiumFlags, findChromium } from '@spanledger/runtime/testing/chromium'
import type { AxeResults } from 'axe-core'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { createTestConsole, type TestConsole } from './test-console.ts'

const executablePath = findChromium()
export const noChromium = executablePath === undefined

export interface TestPage {
  readonly running: TestConsole
  readonly page: Page
  /** What the Content-Security-Policy blocks, a script that fails, a file that is missing: none at the end of a test. */
  readonly complaints: string[]
  /** Opens a page of the console in a fresh browser context. */
  open(path?: string, options?: BrowserContextOptions): Promise<void>
  /** No violations that axe can find. */
  expectAccessible(): Promise<void>
}

/** A console over an empty ledger and a browser, for the tests of the surrounding `describe`. */
export function useTestPage(): TestPage {
  const complaints: string[] = []
  let browser: Browser
  let running: TestConsole
  let page: Page
  let axe = ''

  beforeAll(async () => {
    axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
    running = await createTestConsole()
    browser = await chromium.launch({ executablePath: executablePath as string, args: [...chromiumFlags] })
  })
  afterAll(async () => {
    await browser?.close()
    await running?.close()
  })
  beforeEach(() => {
    complaints.length = 0
  })
  afterEach(async () => {
    running.outage = false
    await page?.context().close()
    expect(complaints.filter((text) => !text.includes('500 (Internal Server Error)'))).toEqual([])
  })

  return {
    complaints,
    get running() {
      return running
    },
    get page() {
      return page
    },
    async open(path = '/', options = {}) {
      const context = await browser.newContext({
        reducedMotion: 'reduce',
        viewport: { width: 1280, height: 900 },
        ...options,
      })
      page = await context.newPage()
      page.setDefaultTimeout(15_000)
      page.on('pageerror', (error) => complaints.push(String(error)))
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
      await page.goto(running.service.url + path)
    },
    async expectAccessible() {
      await page.evaluate(axe)
      const { violations } = await page.evaluate(() =>
        (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
      )
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)).toEqual([])
    },
  }
}
