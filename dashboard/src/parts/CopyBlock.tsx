/** A line of code with a button that copies it. */
import { useState } from 'react'

export function CopyBlock({ text, label }: { text: string; label: string }) {
  const [said, say] = useState('')
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => say('Copied'),
      () => say('Select the text and copy it by hand'),
    )
  return (
    <div className="copy">
      <pre>
        <code>{text}</code>
      </pre>
      <button type="button" className="button" aria-label={`Copy the ${label}`} onClick={() => void copy()}>
        Copy
      </button>
      <span className="quiet" role="status">
        {said}
      </span>
    </div>
  )
}
