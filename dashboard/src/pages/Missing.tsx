/** An address that leads nowhere. */
import { Notice } from '../parts/Notice.tsx'

export function Missing() {
  return (
    <Notice title="There is no such page">
      <p>The address may be mistyped, or the page has moved.</p>
      <p>
        <a className="button primary" href="/">
          Open the overview
        </a>
      </p>
    </Notice>
  )
}
