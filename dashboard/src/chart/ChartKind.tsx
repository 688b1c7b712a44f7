/** Line or bars. */
import { Icon } from '../parts/Icon.tsx'

export function ChartKind({ hasBars, onKind }: { hasBars: boolean; onKind: (hasBars: boolean) => void }) {
  return (
    <fieldset className="kinds" aria-label="Kind of chart">
      <button
        type="button"
        aria-pressed={!hasBars}
        aria-label="Line"
        title="Line"
        onClick={() => onKind(false)}
      >
        <Icon name="line" />
      </button>
      <button
        type="button"
        aria-pressed={hasBars}
        aria-label="Bars"
        title="Bars"
        onClick={() => onKind(true)}
      >
        <Icon name="bars" />
      </button>
    </fieldset>
  )
}
