/** What went wrong in one region, what to do about it, and the button that tries again. */
import { Problem } from '../api/client.ts'

export function Failure({ problem, onRetry }: { problem: unknown; onRetry: () => void }) {
  const known = problem instanceof Problem ? problem : undefined
  return (
    <div className="failure" role="alert">
      <p>{known?.message ?? 'Something on this page failed. Try again; if it stays, reload the page.'}</p>
      {known?.requestId && (
        <p className="quiet">
          Request <code>{known.requestId}</code>
        </p>
      )}
      <button type="button" className="button" onClick={onRetry}>
        Try again
      </button>
    </div>
  )
}
