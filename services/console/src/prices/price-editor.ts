import type { PriceCheck, PricePreviewAnswer, PriceProblem, Prices, PricesSaved } from '@spanledger/schemas/api/prices'
import { type ConfigFileProblem, describeProblem } from '@spanledger/runtime/config-file/config-file-error'
import { checkSection, createSectionEditor, type SectionEditor } from '@spanledger/runtime/config-file/section-editor'
import { SpanledgerError } from '@spanledger/runtime/errors'
import type { ConsolePrices, LedgerReader } from '../ports.ts'
import { describeOverrides } from './describe-overrides.ts'

export interface PriceEditorOptions {
  readonly reader: LedgerReader
  readonly prices: ConsolePrices
  /** Whether only this machine reaches the console. */
  readonly onLoopback: boolean
}

/** The section `prices` of the configuration file, for a page: shown, checked, tried and saved. */
export interface PriceEditor {
  read(nowMs: number): Promise<Prices>
  check(text: string): PriceCheck
  preview(text: string, nowMs: number): Promise<PricePreviewAnswer>
  /** Throws CONFIG_READ_ONLY, and what `SectionEditor.save` does. */
  save(text: string, etag: string): PricesSaved
}

export function createPriceEditor({ reader, prices, onLoopback }: PriceEditorOptions): PriceEditor {
  const { path } = prices.file.status()
  const editor = path === undefined ? undefined : createSectionEditor(path, 'prices')
  const readOnly =
    path === undefined
      ? 'there is no configuration file: create spanledger.yaml where spanledger is started, or name one in SPANLEDGER_CONFIG, and start it again'
      : onLoopback
        ? null
        : 'others can reach this console, and it asks nobody who they are: put the text into the file itself'

  /** One at a time: each prices thousands of charges. */
  let trying: Promise<unknown> = Promise.resolve()

  /** Without a file, as if there were an empty one. */
  function checked(text: string) {
    return editor === undefined ? checkSection('', 'prices', text, 'spanledger.yaml') : editor.check(text)
  }

  return {
    async read(nowMs) {
      const { loadedAtMs, refused } = prices.file.status()
      return {
        now: instant(nowMs),
        version: prices.version(),
        charging: await readCharging(reader),
        file: {
          path: path ?? null,
          loaded_at: instant(loadedAtMs),
          refused: refused ? { at: instant(refused.atMs), problems: refused.problems.map(asSaid) } : null,
        },
        section: sectionOf(editor),
        read_only: readOnly,
        ...describeOverrides(prices.file.current().prices, nowMs),
      }
    },
    check: (text) => ({ problems: checked(text).problems.map(asSaid) }),
    async preview(text, nowMs) {
      const { problems, config } = checked(text)
      if (config === undefined) return { problems: problems.map(asSaid), preview: null }
      const turn = trying.then(() => prices.preview(config.prices, nowMs))
      trying = turn.catch(() => undefined)
      return { problems: [], preview: await turn }
    },
    save(text, etag) {
      if (editor === undefined || readOnly !== null) {
        throw new SpanledgerError('CONFIG_READ_ONLY', 'prices cannot be saved from here', {
          retryable: false,
          hint: readOnly ?? '',
        })
      }
      return { etag: editor.save(text, etag) }
    },
  }
}

function sectionOf(editor: SectionEditor | undefined): Prices['section'] {
  try {
    return editor?.read() ?? null
  } catch (error) {
    if (error instanceof SpanledgerError && error.code === 'CONFIG_FILE_UNREADABLE') return null
    throw error
  }
}

/** Which prices the ledger that last said so charges with. */
async function readCharging(reader: LedgerReader): Promise<Prices['charging']> {
  const [row] = await reader.query<{ version: string; since: string }>(
    `SELECT price_version AS version, toString(toUnixTimestamp64Milli(max(used_at))) AS since
     FROM price_uses GROUP BY price_version ORDER BY max(used_at) DESC LIMIT 1`,
  )
  return row === undefined ? null : { version: row.version, since: instant(Number(row.since)) }
}

function asSaid(problem: ConfigFileProblem): PriceProblem {
  return { line: problem.line, problem: describeProblem(problem).replace(/^\d+: /, '') }
}

function instant(ms: number): string {
  return new Date(ms).toISOString()
}
