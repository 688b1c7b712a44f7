/** A button that is an icon: its label is read out, and shown when the pointer rests on it. */
import { Icon } from './Icon.tsx'

interface Props {
  icon: Parameters<typeof Icon>[0]['name']
  label: string
  /** What is shown, where it says more than the label. */
  title?: string
  isOff?: boolean
  onClick: () => void
}

export function IconButton({ icon, label, title = label, isOff, onClick }: Props) {
  return (
    <button
      type="button"
      className="button icon-only"
      onClick={onClick}
      aria-label={label}
      title={title}
      disabled={isOff}
    >
      <Icon name={icon} />
    </button>
  )
}
