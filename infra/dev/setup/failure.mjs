/** Something the person at the keyboard can act on: printed as it is, without a stack. */
export function failure(what, toDo) {
  const error = new Error(`\nspanledger: ${what}\n${toDo}`)
  error.expected = true
  return error
}
