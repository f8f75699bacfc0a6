/** What one span may bring with it; whatever goes beyond is dropped, never an error. */
export const limits = {
  /** Lists within lists. */
  depth: 4,
  /** Elements of one list or map. */
  elements: 128,
  /** Kept attributes of one span, resource or scope. */
  attributes: 256,
  /** Of one span's texts together, in UTF-16 code units. */
  spanTextLength: 65_536,
  /** Names are cut, not dropped. */
  nameLength: 128,
  scopeNameLength: 256,
} as const
