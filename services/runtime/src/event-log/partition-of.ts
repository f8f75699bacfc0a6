/** The partition of a key: FNV-1a over its UTF-16 units, stable across releases (a stored log depends on it). */
export function partitionOf(key: string, partitions: number): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < key.length; index++) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193)
  }
  // The low bits of FNV are weak: fold the high ones in.
  return ((hash ^ (hash >>> 15)) >>> 0) % partitions
}
