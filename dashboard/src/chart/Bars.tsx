/** Bars: the one that still runs is open and dashed; the other period is a mark across each bar. */
import type { ChartPoint, Layout } from './series.ts'

const LEAST_HEIGHT = 1
const WIDEST = 56

export function Bars({ points, layout }: { points: ChartPoint[]; layout: Layout }) {
  const wide = Math.min(layout.band, WIDEST)
  const base = layout.y(0)
  return (
    <>
      {points.map(({ start, value, previous, state }, at) => {
        const left = layout.x(at) - wide / 2
        const tall = Math.max(base - layout.y(value ?? 0), LEAST_HEIGHT)
        return (
          <g key={start}>
            {value !== null && value > 0 && (
              <rect
                className="column"
                data-state={state}
                x={left}
                y={base - tall}
                width={wide}
                height={tall}
                rx={Math.min(2, wide / 4)}
              />
            )}
            {previous !== null && (
              <line
                className="column-before"
                x1={left - 1}
                x2={left + wide + 1}
                y1={layout.y(previous)}
                y2={layout.y(previous)}
              />
            )}
          </g>
        )
      })}
    </>
  )
}
