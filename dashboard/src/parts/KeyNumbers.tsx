/** The key numbers with their change; a click puts one into the chart. What each means is shown on hover and focus. */
import { useQuery } from '@tanstack/react-query'
import { ToggleButton } from 'react-aria-components/ToggleButton'
import { Tooltip, TooltipTrigger } from 'react-aria-components/Tooltip'
import { definitionsQuery } from '../api/session.ts'
import { amountOf, type Metric, type MetricName, type Numbers } from '../metrics.ts'
import { changeOf, formatChange, formatExact, formatShort } from '../numbers.ts'
import { overlayPlace } from './Overlays.tsx'

interface Props {
  metrics: readonly Metric[]
  now: Numbers | undefined
  before: Numbers | undefined
  chosen: MetricName
  /** What `before` is, such as `The period before`. */
  other: string
  onChoose: (metric: MetricName) => void
}

const TOOLTIP_DELAY_MS = 400

export function KeyNumbers({ metrics, now, before, chosen, other, onChoose }: Props) {
  const definitions = useQuery(definitionsQuery)
  return (
    <ul className="numbers" data-count={metrics.length}>
      {metrics.map((metric) => (
        <li key={metric.name}>
          <TooltipTrigger delay={TOOLTIP_DELAY_MS} closeDelay={0}>
            <ToggleButton
              className="number"
              isSelected={metric.name === chosen}
              onChange={() => onChoose(metric.name)}
            >
              <span className="title">{metric.title}</span>
              {now ? (
                <strong>{formatShort(amountOf(now, metric), metric.unit)}</strong>
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
                {metric.title}: {sayValues(now, metric)}
              </b>
              {before && (
                <span>
                  {other}: {sayValues(before, metric)}
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

/** Every digit; of revenue, every currency. */
function sayValues(numbers: Numbers | undefined, metric: Metric): string {
  const amounts = metric.name === 'revenue' ? Object.entries(numbers?.revenue ?? {}) : []
  if (amounts.length < 2) return formatExact(amountOf(numbers, metric), metric.unit)
  return amounts.map(([currency, amount]) => formatExact(amount, `money:${currency}`)).join(' + ')
}

interface ChangeProps {
  metric: Metric
  now: Numbers | undefined
  before: Numbers | undefined
}

/** The change in words for a screen reader, as arrow and colour for the eye. */
function Change({ metric, now, before }: ChangeProps) {
  if (!now) return <span className="bone" />
  const change = changeOf(amountOf(now, metric), amountOf(before, metric))
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
