/** What a member has, by topic. */
export type Assignment = Readonly<Record<string, readonly number[]>>

/**
 * Who reads what: one partition number of all topics goes to one member, so that reports of the same request on
 * different topics meet in one process. Numbers are spread evenly, and a member keeps those that it had as far as that
 * allows. The same for the same input, whatever its order.
 *
 * @param topics partitions by topic
 * @param members what each member had before, by member id
 */
export function assignTogether(
  topics: Readonly<Record<string, number>>,
  members: Readonly<Record<string, readonly number[]>>,
): Readonly<Record<string, Assignment>> {
  const ids = Object.keys(members).toSorted()
  if (ids.length === 0) return {}
  const count = Math.max(0, ...Object.values(topics))
  const owned = shareOut(count, ids, members)
  return Object.fromEntries(ids.map((id) => [id, ofNumbers(owned.get(id)!, topics)]))
}

function shareOut(count: number, ids: readonly string[], had: Readonly<Record<string, readonly number[]>>) {
  const owned = new Map(ids.map((id): [string, number[]] => [id, []]))
  const free = new Set(Array.from({ length: count }, (_, number) => number))
  // Those with the most to keep are the ones who get what does not divide.
  const byKept = ids.toSorted((a, b) => had[b]!.length - had[a]!.length || (a < b ? -1 : 1))
  const fairShare = (index: number) => Math.floor(count / ids.length) + (index < count % ids.length ? 1 : 0)
  for (const [index, id] of byKept.entries()) {
    for (const number of had[id]!.toSorted((a, b) => a - b)) {
      if (owned.get(id)!.length < fairShare(index) && free.delete(number)) owned.get(id)!.push(number)
    }
  }
  const left = [...free].toSorted((a, b) => a - b)
  for (const [index, id] of byKept.entries()) {
    owned.get(id)!.push(...left.splice(0, fairShare(index) - owned.get(id)!.length))
  }
  return owned
}

function ofNumbers(numbers: readonly number[], topics: Readonly<Record<string, number>>): Assignment {
  const sorted = numbers.toSorted((a, b) => a - b)
  const parts = Object.entries(topics).map(([topic, count]): [string, number[]] => [
    topic,
    sorted.filter((number) => number < count),
  ])
  return Object.fromEntries(parts.filter(([, partitions]) => partitions.length > 0))
}
