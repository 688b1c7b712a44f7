/** Six numbers with their change; a click puts one into the chart. What each means is shown on hover and focus. */
import { useQuery } from '@tanstack/react-query'
import { ToggleButton } from 'react-aria-components/ToggleButton'
import { Tooltip, TooltipTrigger } from 'react-aria-components/Tooltip'
import type { Numbers } from '../api/reads.ts'
import { definitionsQuery } from '../api/session.ts'
import { METRICS, type Metric, type MetricName } from '../metrics.ts'
import { changeOf, formatChange, formatExact, formatShort } from '../numbers.ts'
import { overlayPlace } from './Overlays.tsx'

interface Props {
  now: Numbers | undefined
  before: Numbers | undefined
  chosen: MetricName
  isRunning: boolean
  onChoose: (metric: MetricName) => void
}

const TOOLTIP_DELAY_MS = 400

export function SixNumbers({ now, before, chosen, isRunning, onChoose }: Props) {
  const definitions = useQuery(definitionsQuery)
  return (
    <ul className="numbers">
      {METRICS.map((metric) => (
        <li key={metric.name}>
          <TooltipTrigger delay={TOOLTIP_DELAY_MS} closeDelay={0}>
            <ToggleButton
              className="number"
              isSelected={metric.name === chosen}
              onChange={() => onChoose(metric.name)}
            >
              <span className="title">{metric.title}</span>
              {now ? (
                <strong>{formatShort(now[metric.name], metric.unit)}</strong>
              ) : (
                <span className="bone wide" />
              )}
              <Change metric={metric} now={now} before={before} />
            </ToggleButton>
            <Tooltip
              UNSTABLE_portalContainer={overlayPlace()}
              className="tooltip"
              placement="bottom start"
              offset={4}
            >
              <b>
                {metric.title}: {formatExact(now?.[metric.name], metric.unit)}
              </b>
              {before && (
                <span>
                  {isRunning ? 'At this point of the period before: ' : 'The period before: '}
                  {formatExact(before[metric.name], metric.unit)}
                </span>
              )}
              {definitions.data?.[metric.name] && <span>{definitions.data[metric.name]?.definition}</span>}
            </Tooltip>
          </TooltipTrigger>
        </li>
      ))}
    </ul>
  )
}

/** The change in words for a screen reader, as arrow and colour for the eye. */
function Change({
  metric,
  now,
  before,
}: {
  metric: Metric
  now: Numbers | undefined
  before: Numbers | undefined
}) {
  if (!now) return <span className="bone" />
  const change = changeOf(now[metric.name], before?.[metric.name])
  if (change === null) return <span className="change">&nbsp;</span>
  const size = formatChange(change)
  const direction = Math.abs(change) < 0.05 ? 'same' : change > 0 ? 'up' : 'down'
  const tone = direction === 'same' ? 'same' : direction === metric.better ? 'good' : 'bad'
  return (
    <span className="change" data-tone={tone}>
      <span aria-hidden="true">{{ same: '→', up: '↑', down: '↓' }[direction]}</span>
      <span className="unseen">{{ same: 'unchanged', up: 'up', down: 'down' }[direction]}</span> {size}
    </span>
  )
}
