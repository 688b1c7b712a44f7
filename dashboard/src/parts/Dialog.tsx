/** A modal dialog by the browser's own element: it keeps the focus inside, gives it back, and closes by Esc and beside it. */
import { type MouseEvent, type ReactNode, useEffect, useRef } from 'react'
import { Icon } from './Icon.tsx'

interface Props {
  title: string
  className?: string
  /** What stands in the head beside the title. */
  head?: ReactNode
  children: ReactNode
  onClose: () => void
}

export function Dialog({ title, className = '', head, children, onClose }: Props) {
  const frame = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const dialog = frame.current
    if (!dialog?.open) dialog?.showModal()
    // The browser would begin with the button that closes; a form begins where one types.
    dialog?.querySelector<HTMLElement>('[data-first]')?.focus()
    return () => dialog?.close()
  }, [])
  const closeBeside = (event: MouseEvent) => {
    if (event.target === frame.current) onClose()
  }
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Esc is the key for it
    <dialog
      ref={frame}
      className={`dialog ${className}`}
      aria-label={title}
      onCancel={onClose}
      onClick={closeBeside}
    >
      <div className="dialog-body">
        <div className="dialog-head">
          <h2>{title}</h2>
          {head}
          <button type="button" className="button bare icon-only" aria-label="Close" onClick={onClose}>
            <Icon name="close" />
          </button>
        </div>
        {children}
      </div>
    </dialog>
  )
}
