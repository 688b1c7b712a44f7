/** The countries of a breakdown on a map: hover tells, a click filters. Eyes see it; the list beside it is for keys and readers. */

import world from 'virtual:world'
import { type MouseEvent, useState } from 'react'
import { ROWS, type Row } from '../api/reads.ts'
import { formatExact, formatShort } from '../numbers.ts'
import { numberOf, type Tab } from '../panels.ts'
import { sayValue } from '../words.ts'
import { labelsOf, STEPS, stepOf } from './mapScale.ts'

interface Props {
  tab: Tab
  rows: readonly Row[]
  onFilter: (value: string, excludes: boolean) => void
}

export default function WorldMap({ tab, rows, onFilter }: Props) {
  const [over, setOver] = useState<string | null>(null)
  const { metric, title, unit } = tab.columns[0]
  const numbers = new Map(rows.map((row) => [row.value ?? '', numberOf(row, metric) ?? 0]))
  const most = Math.max(...numbers.values(), 0)
  const codeUnder = ({ target }: MouseEvent) => (target as Element).getAttribute('data-code')
  const filter = (event: MouseEvent) => {
    const code = codeUnder(event)
    if (code && numbers.has(code)) onFilter(code, event.altKey)
  }
  const shape = over === null ? undefined : world.shapes.find(([code]) => code === over)
  return (
    <div className="map">
      {/* By key the buttons below do what a click does here. */}
      <svg
        viewBox={`0 0 ${world.width} ${world.height}`}
        aria-hidden="true"
        onClick={filter}
        onPointerMove={(event) => setOver(codeUnder(event))}
        onPointerLeave={() => setOver(null)}
      >
        {world.shapes.map(([code, path, x, y]) => (
          <path
            key={`${code} ${x} ${y}`}
            d={path}
            data-code={code || undefined}
            data-step={stepOf(numbers.get(code) ?? 0, most)}
          />
        ))}
        {shape && <path className="map-over" d={shape[1]} />}
        {labelsOf(world.shapes, numbers).map(([code, , x, y]) => (
          <text key={code} x={x} y={y} dy="0.35em">
            {formatShort(numbers.get(code), unit)}
          </text>
        ))}
      </svg>
      {shape && (
        <MapCard x={shape[2] / world.width} y={shape[3] / world.height}>
          <b>{sayValue('country', shape[0])}</b> {formatExact(numbers.get(shape[0]) ?? 0, unit)}{' '}
          {title.toLowerCase()}
        </MapCard>
      )}
      <ol className="unseen" aria-label={`${tab.head}, ${title}: the most`}>
        {rows.slice(0, ROWS).map(({ value }) => (
          <li key={String(value)}>
            <button
              type="button"
              onFocus={() => setOver(value)}
              onBlur={() => setOver(null)}
              onClick={({ altKey }) => onFilter(value ?? '', altKey)}
            >
              {sayValue('country', value)} {formatExact(numbers.get(value ?? '') ?? 0, unit)} {title}
            </button>
          </li>
        ))}
      </ol>
      <p className="map-scale">
        {formatShort(most > 0 ? 1 : 0, unit)}
        {STEPS.map((step) => (
          <i key={step} data-step={step} />
        ))}
        {formatShort(most, unit)} {title.toLowerCase()}
      </p>
    </div>
  )
}

/** Beside the middle of the country, on the side where there is room. Shares of the map's width and height. */
function MapCard({ x, y, children }: { x: number; y: number; children: React.ReactNode }) {
  const across = x > 0.5 ? { insetInlineEnd: `${(1 - x) * 100}%` } : { insetInlineStart: `${x * 100}%` }
  const down = y > 0.5 ? { insetBlockEnd: `${(1 - y) * 80 + 20}%` } : { insetBlockStart: `${y * 80 + 10}%` }
  return (
    <p className="cursor-card map-card" style={{ ...across, ...down }} aria-hidden="true">
      {children}
    </p>
  )
}
