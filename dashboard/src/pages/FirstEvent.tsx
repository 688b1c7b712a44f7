/** A project without events: the line to paste, and a wait that ends by itself when the first event arrives. */
import { CopyBlock } from '../parts/CopyBlock.tsx'

export function FirstEvent() {
  const snippet = `<script defer src="${location.origin}/m.js" data-key="YOUR_WRITE_KEY"></script>`
  return (
    <section className="card first" aria-labelledby="first">
      <h2 id="first" className="first-title">
        Paste one line, then open your site
      </h2>
      <p>
        Put it into the <code>&lt;head&gt;</code> of every page, with your write key. The key was printed when
        the project was created; <code>metrone keys create</code> makes another.
      </p>
      <CopyBlock text={snippet} label="script tag" />
      <p className="waiting" role="status">
        <span className="dot pulsing" aria-hidden="true" />
        <span>Waiting for the first event. This page changes by itself when it arrives.</span>
      </p>
    </section>
  )
}
