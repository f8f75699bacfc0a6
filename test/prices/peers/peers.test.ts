import { expect, test } from 'vitest'
import { answersOfOurs, compare, peers } from './compare.ts'
import { knownDifferences, knownOf } from './known-differences.ts'
import { questions } from './questions.ts'

const asked = questions()
const ours = answersOfOurs(asked)

test.for(peers)(
  '$title comes to the same amounts, but where known-differences.yaml says why not and who is right',
  { timeout: 400_000 },
  async (peer, { skip }) => {
    const theirs = await peer.answers(asked)
    if ('missing' in theirs) return skip(theirs.missing)
    const { compared, differences } = compare(asked, ours, theirs)
    expect(compared).toBeGreaterThan(5000)
    const known = Object.fromEntries([...knownOf(peer.name)].map(([key, { kinds }]) => [key, kinds]))
    const found = Object.fromEntries([...differences].map(([key, { kinds }]) => [key, kinds]))
    // what is missing on the left is not listed yet, what is missing on the right is gone; `npm run price-differences`
    expect(found).toEqual(known)
  },
)

test('every known difference says who is right and why, and is listed once', () => {
  for (const { peers: of, right, reason } of knownDifferences) {
    expect(of.length).toBeGreaterThan(0)
    expect(['ours', 'theirs', 'both', 'unsettled']).toContain(right)
    expect(reason.length).toBeGreaterThan(40)
  }
  for (const { name } of peers) {
    const keys = knownDifferences
      .filter(({ peers: of }) => of.includes(name))
      .flatMap(({ models }) =>
        Object.entries(models).flatMap(([provider, names]) =>
          Object.keys(names).map((model) => `${provider}/${model}`),
        ),
      )
    expect(keys.filter((key, place) => keys.indexOf(key) !== place)).toEqual([])
  }
})
