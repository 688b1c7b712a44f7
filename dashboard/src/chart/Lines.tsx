/** The line with its area, dashed to the bucket that still runs; the other period is a faint line. */
import { Area, LinePath } from '@visx/shape'
import { type ChartPoint, type Layout, splitLine } from './series.ts'

export function Lines({ points, layout }: { points: ChartPoint[]; layout: Layout }) {
  const { solid, dashed } = splitLine(points)
  const x = (_: ChartPoint, at: number) => layout.x(at)
  const y = ({ value }: ChartPoint) => layout.y(value ?? 0)
  const past = points.slice(0, solid)
  const known = points.slice(0, solid + (dashed === null ? 0 : 1))
  return (
    <>
      <LinePath
        className="line before"
        data={points}
        x={x}
        y={({ previous }) => layout.y(previous ?? 0)}
        defined={({ previous }) => previous !== null}
      />
      <Area className="area" data={known} x={x} y0={layout.y(0)} y1={y} defined={hasValue} />
      <LinePath className="line" data={past} x={x} y={y} defined={hasValue} />
      {dashed !== null && (
        <LinePath
          className="line running"
          data={points.slice(dashed, dashed + (solid === 0 ? 1 : 2))}
          x={(_, at) => layout.x(dashed + at)}
          y={y}
          defined={hasValue}
        />
      )}
      {solid === 1 && <Dot x={layout.x(0)} y={layout.y(points[0]?.value ?? 0)} />}
    </>
  )
}

function hasValue({ value }: ChartPoint): boolean {
  return value !== null
}

export function Dot({ x, y, isBefore = false }: { x: number; y: number; isBefore?: boolean }) {
  return <circle className={isBefore ? 'point before' : 'point'} cx={x} cy={y} r={isBefore ? 3 : 4} />
}
