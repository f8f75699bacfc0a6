import type { ReactNode } from 'react'
import { hrefOf, showView, type View } from '../address.ts'
import { onPlainClick } from './plain-click.ts'

interface ViewLinkProps {
  /** What is different in the view it leads to. */
  readonly change: Partial<View>
  readonly title?: string
  readonly className: string
  readonly children: ReactNode
}

/** A link to another view: shown in place, and a link like any other for whoever opens it elsewhere. */
export function ViewLink({ change, title, className, children }: ViewLinkProps) {
  return (
    <a
      href={hrefOf(change)}
      onClick={(event) => onPlainClick(event, () => showView(change))}
      title={title}
      className={className}
    >
      {children}
    </a>
  )
}
