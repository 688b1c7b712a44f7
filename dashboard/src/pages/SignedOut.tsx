/** No session: how to get one. */
import { Notice } from '../parts/Notice.tsx'

export function SignedOut() {
  return (
    <Notice title="You are signed out">
      <p>Metrone signs you in by a link. Print one on the server and open it in this browser:</p>
      <pre>
        <code>metrone link</code>
      </pre>
      <p className="quiet">It works once. The session then stays in this browser until you sign out.</p>
    </Notice>
  )
}
