import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** SHA-256 over the files' paths and contents, and over `facts`: equal means nothing to do. */
export function fingerprint(root, paths, facts) {
  const hash = createHash('sha256').update(JSON.stringify(facts))
  for (const path of paths.toSorted()) {
    const file = join(root, path)
    if (!existsSync(file)) continue
    const content = readFileSync(file)
    hash.update(`\0${path}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

/** Files under `folder`, relative to `root`, that are written by people: no outputs, nothing installed. */
export function list(root, folder, wanted) {
  const found = []
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name === 'dist') continue
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) found.push(...list(root, path, wanted))
    else if (entry.isFile() && wanted(path)) found.push(path)
  }
  return found
}
