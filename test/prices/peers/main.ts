import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { tableOf } from '../../accuracy/table.ts'
import { answersOfOurs, compare, type Comparison, type Peer, peers } from './compare.ts'
import { type KnownDifference, knownDifferences, knownOf } from './known-differences.ts'
import { questions } from './questions.ts'

/** `npm run price-differences`: asks the other engines, says what is not listed or gone, writes docs/price-differences.md. */
const shown = 8
const asked = questions()
const ours = answersOfOurs(asked)
const compared: [Peer, Comparison][] = []
for (const peer of peers) {
  const theirs = await peer.answers(asked)
  if ('missing' in theirs) {
    console.error(theirs.missing)
    process.exit(1)
  }
  compared.push([peer, compare(asked, ours, theirs)])
}
for (const [peer, { differences }] of compared) {
  const known = knownOf(peer.name)
  for (const [key, { kinds, example }] of differences) {
    if (known.get(key)?.kinds === kinds) continue
    console.error(`${peer.name}: not listed: ${key}: ${kinds}: ours ${example.ours}, theirs ${example.theirs}`)
    process.exitCode = 1
  }
  for (const [key, { kinds }] of known) {
    if (differences.has(key)) continue
    console.error(`${peer.name}: listed, but gone: ${key}: ${kinds}`)
    process.exitCode = 1
  }
}
writeFileSync(fileURLToPath(new URL('../../../docs/price-differences.md', import.meta.url)), page())

function page(): string {
  return [
    '# Price differences',
    '',
    'Every model of the catalogue, asked of our engine and of three others: plain use, input from a cache, input written to one, long input around each context band, and two days of the past. Amounts that are not the same to nine digits are a difference; each has an entry in `test/prices/peers/known-differences.yaml` that says who is right and why, and `test/prices/peers/peers.test.ts` fails on one that has none, and on an entry that no longer holds. This page is written by `npm run price-differences`.',
    '',
    '**ours**: ours is right. **theirs**: the other is right, and ours is to be corrected. **both**: the same price, written with another precision or converted at another rate. **unsettled**: the sources disagree, and which is right is not known.',
    '',
    ...tableOf(
      ['', 'models', 'amounts', 'the same', 'models that differ', 'ours', 'theirs', 'both', 'unsettled'],
      compared.map(([peer, comparison]) => summaryOf(peer, comparison)),
      1,
    ),
    '',
    ...compared.flatMap(([peer, comparison]) => [`## ${peer.title}`, '', ...entriesOf(peer, comparison)]),
  ].join('\n')
}

function summaryOf({ name, title }: Peer, { models, compared: amounts, same, differences }: Comparison): string[] {
  const known = knownOf(name)
  const right = (who: string) => [...differences.keys()].filter((key) => known.get(key)?.entry.right === who).length
  const counts = [models, amounts, same, differences.size, ...['ours', 'theirs', 'both', 'unsettled'].map(right)]
  return [title, ...counts.map(String)]
}

function entriesOf({ name }: Peer, { differences }: Comparison): string[] {
  return knownDifferences
    .filter(({ peers: of }) => of.includes(name))
    .flatMap((entry) => [
      `**${entry.right}**: ${entry.reason}`,
      '',
      ...tableOf(['model', 'where', 'ours, USD', 'theirs, USD'], rowsOf(entry, differences), 2),
      '',
    ])
}

function rowsOf({ models }: KnownDifference, differences: Comparison['differences']): string[][] {
  const keys = Object.entries(models).flatMap(([provider, names]) =>
    Object.keys(names).map((name) => `${provider}/${name}`),
  )
  const rows = keys.slice(0, shown).map((key) => {
    const found = differences.get(key)
    return [
      `\`${key}\``,
      found?.kinds.replaceAll(',', ', ') ?? 'gone',
      digits(found?.example.ours),
      digits(found?.example.theirs),
    ]
  })
  return keys.length > shown ? [...rows, [`and ${keys.length - shown} more`, '', '', '']] : rows
}

/** Floats without their noise. */
function digits(usd = ''): string {
  return usd === '' ? '' : String(Number(Number(usd).toPrecision(10)))
}
