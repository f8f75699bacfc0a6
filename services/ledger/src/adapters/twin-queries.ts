import type { ClickHouse } from '@spanledger/runtime/clickhouse/client'
import { bytesFromUuid, uuidFromBytes } from '@spanledger/schemas/uuid'
import { uniqueIdLength } from '../identity/same-trace.ts'
import { chargesInPlace, type LedgerStore, twinPlacesAtOnce } from '../ports.ts'
import { entryColumns, type EntryRow, readEntries } from './ledger-entry-rows.ts'
import { newestOf } from './newest-of.ts'

const recently = `recorded_at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC') AND requests > 0 AND span_id != ''`
const inHours = `hour >= toDateTime({from:UInt32} * 3600, 'UTC') AND hour <= toDateTime({to:UInt32} * 3600, 'UTC')`

/** Rows of charges that may be in a place with what was recorded lately; a reversal has the measures of its charge, negated. */
const nearRecent = `(
  notEmpty(observations)
  OR (tenant, trace_id) IN (SELECT tenant, trace_id FROM ledger WHERE ${recently} AND ${inHours})
  OR (tenant, abs(input_tokens), abs(output_tokens))
    IN (SELECT tenant, input_tokens, output_tokens FROM ledger WHERE ${recently} AND ${inHours} AND input_tokens + output_tokens > 0)
)`

/** Of each report that a charge stands on: from its columns, or from what it keeps beside them (`formatRecorded`). */
function ofReports(column: string, field: string): string {
  const kept = `arrayMap(o -> JSONExtractString(o, 2, '${field}'), observations)`
  return `arrayDistinct(if(empty(observations), [${column}], ${kept}))`
}
const services = `arrayDistinct(if(empty(observations), [service], arrayMap(
  o -> arrayFirst(p -> p.1 = 'service', JSONExtract(o, 2, 'attribution', 'Array(Tuple(String, String))')).2, observations)))`

const totals = `concat(toString(input_tokens), '/', toString(output_tokens))`
const named = 'arrayFilter(each -> notEmpty(each), '

/**
 * Where reports of one request meet that share no key, as texts that begin with what kind of place it is: a span and those
 * inside it, an id within a trace or anywhere, totals within a trace, a trace with an inference server, totals within a service, totals within a tenant.
 */
const places = `arrayDistinct(arrayConcat(
  holds,
  arrayMap(p -> concat('0', tenant, '\\0', p.1, '\\0', p.2), arrayFilter(p -> notEmpty(p.2), parents)),
  arrayFlatten(arrayMap(t -> arrayMap(i -> concat('1', tenant, '\\0', t, '\\0', i), ${named}ids)), ${named}traces))),
  arrayMap(i -> concat('1', tenant, '\\0\\0', i), arrayFilter(i -> length(i) >= ${uniqueIdLength}, ids)),
  if(counted, arrayMap(t -> concat('2', tenant, '\\0', t, '\\0', ${totals}), ${named}traces)), []),
  arrayMap(t -> concat('3', tenant, '\\0', t), ${named}traces)),
  if(counted, arrayMap(s -> concat('4', tenant, '\\0', s, '\\0', ${totals}), ${named}services)), []),
  if(counted, [concat('5', tenant, '\\0', ${totals})], [])
))`

/** Trace and span, of each report: the span itself, or its parent. */
function spansOfReports(column: string, field: string): string {
  const kept = `arrayMap(o -> (JSONExtractString(o, 2, 'traceId'), JSONExtractString(o, 2, '${field}')), observations)`
  return `if(empty(observations), [(trace_id, ${column})], ${kept})`
}
const holds = `arrayMap(
  p -> concat('0', tenant, '\\0', p.1, '\\0', p.2), arrayFilter(p -> notEmpty(p.2), ${spansOfReports('span_id', 'spanId')}))`

/** Of a charge's newest entry that is no reversal. */
function newest(column: string): string {
  return `argMax(${column}, if(requests > 0, revision + 1, 0))`
}

export function createTwinQueries(
  clickhouse: ClickHouse,
  settings: Readonly<Record<string, string>>,
): Pick<LedgerStore, 'findScopes' | 'findTwins' | 'readCharges'> {
  return {
    async findScopes({ recordedSince, fromHour, toHour }) {
      const rows = await clickhouse.query<{ tenant: string; scopes: string[]; hours: number[] }>(
        `SELECT tenant, groupUniqArrayArray(${named}${ofReports('scope', 'scope')})) AS scopes, groupUniqArray(intDiv(toUnixTimestamp(hour), 3600)) AS hours
         FROM ledger WHERE ${recently} AND ${inHours} GROUP BY tenant`,
        { since: Math.floor(recordedSince), from: Math.max(0, fromHour), to: Math.max(0, toHour) },
      )
      return rows.map(({ tenant, scopes, hours }) => ({ tenant, scopes, hours: hours.map(Number) }))
    },

    async findTwins({ tenants, fromHour, toHour, recordedSince, after = '' }) {
      const rows = await clickhouse.query<{ place: string; charges: string; ids: string[]; signature: string }>(
        `SELECT place, count() AS charges,
           if(charges > ${chargesInPlace}, [], groupArray(${chargesInPlace})(toString(charge))) AS ids, toString(groupBitXor(cityHash64(charge, newest))) AS signature
         FROM (
           SELECT charge, newest, scopeSet, server, client, named, arrayJoin(found) AS place, has(held, place) AS isHeld FROM (
             SELECT identity AS charge, max(revision) AS newest, ${newest('scopes')} AS scopeSet, ${newest('isServer')} AS server, ${newest('isClient')} AS client,
               ${newest('isNamed')} AS named, ${newest('places')} AS found, ${newest('holds')} AS held
             FROM (
               SELECT identity, revision, requests, tenant,
                 arraySort(${ofReports('scope', 'scope')}) AS scopes, ${ofReports('trace_id', 'traceId')} AS traces,
                 ${ofReports('response_id', 'responseId')} AS ids, ${services} AS services,
                 input_tokens + output_tokens > 0 AS counted,
                 has(sources, 'inference_server') AS isServer, arrayExists(s -> s != 'inference_server', sources) AS isClient, notEmpty(${named}services)) AS isNamed,
                 ${spansOfReports('parent_span_id', 'parentSpanId')} AS parents, ${holds} AS holds,
                 ${places} AS places
               FROM ledger
               WHERE ${inHours} AND tenant IN {tenants:Array(String)} ${recordedSince === undefined ? '' : `AND ${nearRecent}`}
             )
             GROUP BY identity HAVING sum(requests) > 0
           )
         )
         WHERE place > {after:String}
         GROUP BY place
         HAVING charges > 1 AND uniqExact(scopeSet) > 1
           AND (left(place, 1) != '0' OR max(isHeld) = 1) AND (left(place, 1) != '3' OR (max(server) = 1 AND max(client) = 1)) AND (left(place, 1) != '5' OR min(named) = 0)
         ORDER BY place LIMIT {limit:UInt32}`,
        {
          tenants,
          from: Math.max(0, fromHour),
          to: Math.max(0, toHour),
          after,
          limit: twinPlacesAtOnce,
          ...(recordedSince !== undefined && { since: Math.floor(recordedSince) }),
        },
        { settings },
      )
      return rows.map(({ place, charges, ids, signature }) => ({
        place,
        signature,
        charges: Number(charges),
        identities: ids.map(bytesFromUuid),
      }))
    },

    async readCharges(identities, fromHour, toHour) {
      const ids = identities.map((identity) => `'${uuidFromBytes(identity)}'`).join(',')
      if (ids === '') return []
      const rows = await clickhouse.query<EntryRow>(
        `SELECT ${entryColumns} FROM ledger WHERE ${inHours} AND identity IN (${ids})`,
        { from: Math.max(0, fromHour), to: Math.max(0, toHour) },
        { settings },
      )
      return [...newestOf(readEntries(rows)).values()].flatMap(({ requests, newest }) => (requests < 1 ? [] : [newest]))
    },
  }
}
