/** A project without events: what to paste, and a wait that ends by itself when the first event arrives. */
import { useQuery } from '@tanstack/react-query'
import { type Snippet, snippetsQuery } from '../api/session.ts'
import { CopyBlock } from '../parts/CopyBlock.tsx'
import { Failure } from '../parts/Failure.tsx'

export function FirstEvent() {
  const snippets = useQuery(snippetsQuery)
  return (
    <section className="card first" aria-labelledby="first">
      <h2 id="first" className="first-title">
        Paste one line, then open your site
      </h2>
      <p>
        Put it into the <code>&lt;head&gt;</code> of every page, with your write key. The key was printed when
        the project was created; <a href={`/settings/install${location.search}`}>Settings, Install</a> makes
        another, and says why events are refused.
      </p>
      {snippets.isError && <Failure problem={snippets.error} onRetry={() => void snippets.refetch()} />}
      {snippets.data?.map(showSnippet)}
      <p className="waiting" role="status">
        <span className="dot pulsing" aria-hidden="true" />
        <span>Waiting for the first event. This page changes by itself when it arrives.</span>
      </p>
    </section>
  )
}

/** The first is the usual way in; the others are a click away. */
function showSnippet({ name, title, text }: Snippet, at: number) {
  const block = <CopyBlock text={text} label={title} />
  return at === 0 ? (
    <div key={name}>{block}</div>
  ) : (
    <details key={name}>
      <summary>{title}</summary>
      {block}
    </details>
  )
}
