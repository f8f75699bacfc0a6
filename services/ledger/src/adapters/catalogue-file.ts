import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Catalogue } from '@spanledger/schemas/prices/catalogue'

let loaded: Catalogue | undefined

/** The catalogue that comes with this release, read once in a process. Prices are never fetched. */
export function loadCatalogue(): Catalogue {
  loaded ??= read()
  return loaded
}

function read(): Catalogue {
  const path = createRequire(import.meta.url).resolve('@spanledger/schemas/prices/catalogue.json')
  return JSON.parse(readFileSync(path, 'utf8')) as Catalogue
}
