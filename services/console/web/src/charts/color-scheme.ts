import { useSyncExternalStore } from 'react'

/** 'light' or 'dark', as the system says; canvases do not follow CSS by themselves. */
export function useColorScheme(): 'light' | 'dark' {
  return useSyncExternalStore(subscribe, () => (dark().matches ? 'dark' : 'light'))
}

export function cssColor(variable: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(variable).trim()
}

function dark(): MediaQueryList {
  return matchMedia('(prefers-color-scheme: dark)')
}

function subscribe(changed: () => void): () => void {
  const query = dark()
  query.addEventListener('change', changed)
  return () => query.removeEventListener('change', changed)
}
