import type { MouseEvent } from 'react'

/** With a modifier the browser does what it always does with a link, and so it does while text is marked. */
function isPlainClick(event: MouseEvent): boolean {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return false
  return getSelection()?.isCollapsed !== false
}

/** Does something on the page in place of following the link. */
export function onPlainClick(event: MouseEvent, act: () => void): void {
  if (!isPlainClick(event)) return
  event.preventDefault()
  act()
}
