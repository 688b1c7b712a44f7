/** A page that holds one message: signed out, wrong address, a link that did not work. */
import { type ReactNode, useEffect } from 'react'

export function Notice({ title, children }: { title: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Metrone`
  }, [title])
  return (
    <main className="notice">
      <Mark />
      <h1>{title}</h1>
      {children}
    </main>
  )
}

/** The three bars of the product. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 20 20" aria-hidden="true">
      <path d="M4 17V8m6 9V3m6 14v-5" />
    </svg>
  )
}
