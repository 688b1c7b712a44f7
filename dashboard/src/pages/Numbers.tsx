/** The numbers of a project: the key ones in a row, the chosen one over time, and where they come from. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, type ReactNode, Suspense, useRef } from 'react'
import { type Scope, statsQuery } from '../api/reads.ts'
import { ChartRegion } from '../chart/ChartRegion.tsx'
import { sayOther } from '../comparison.ts'
import { PROPERTY } from '../dimensions.ts'
import { METRICS, type Metric, metricsOf } from '../metrics.ts'
import { PanelCard } from '../panel/PanelCard.tsx'
import { PANELS, type Panel, type PanelName } from '../panels.ts'
import { Chips } from '../parts/Chips.tsx'
import { Failure } from '../parts/Failure.tsx'
import { KeyNumbers } from '../parts/KeyNumbers.tsx'
import { useKeys } from '../shortcuts.ts'
import type { ViewProps } from './Frame.tsx'

const DetailDialog = lazy(() => import('../panel/DetailDialog.tsx'))

interface Props extends ViewProps {
  scope: Scope
  /** Other key numbers and panels than those of a site, which the read knows. */
  board?: { metrics: readonly Metric[]; panels: readonly Panel[] }
  /** One more panel. */
  children?: ReactNode
}

export function Numbers(props: Props) {
  const { view, show, scope, board } = props
  const stats = useQuery(
    statsQuery(
      scope,
      board?.metrics.map(({ name }) => name),
    ),
  )
  const queries = useQueryClient()
  const readAgain = () => queries.refetchQueries({ queryKey: ['read', scope.reader.project], type: 'active' })
  const previous = stats.data?.previous
  const metrics = metricsOf(stats.data, previous, board?.metrics ?? METRICS)
  const metric = metrics.find(({ name }) => name === view.metric) ?? (metrics[0] as Metric)
  const turn = (hasBars: boolean) => show({ hasBars }, false)
  useKeys({ b: () => turn(!view.hasBars) })
  const other = previous?.so_far
    ? `At this point of ${sayOther(scope.compare)}`
    : capital(sayOther(scope.compare))
  return (
    <>
      <Chips {...props} />
      <section className="card lead" aria-label="Key numbers" aria-busy={stats.isFetching}>
        <KeyNumbers
          metrics={metrics}
          now={stats.isError ? {} : stats.data}
          before={previous?.so_far ?? previous}
          chosen={metric.name}
          other={other}
          onChoose={(name) => show({ metric: name }, false)}
        />
        <div className="chart-space" data-stale={stats.isPlaceholderData}>
          {stats.isError ? (
            <Failure problem={stats.error} onRetry={() => void readAgain()} />
          ) : (
            <ChartRegion
              stats={stats.data}
              scope={scope}
              metric={metric}
              hasBars={view.hasBars === true}
              onKind={turn}
              onPick={(period) => show({ period })}
            />
          )}
        </div>
      </section>
      <Panels {...props} failed={stats.error} />
    </>
  )
}

/** Where the numbers come from, and the whole table of one panel. */
function Panels({ failed, board, children, ...props }: Props & { failed: unknown }) {
  const detail = useDetail(props)
  const panels = shownPanels(board?.panels ?? PANELS, props.scope)
  const open = panels.find(({ name }) => name === props.view.detail)
  return (
    <>
      <div className="panels">
        {panels.map((panel) => (
          <PanelCard
            key={panel.name}
            {...props}
            panel={panel}
            failed={failed}
            onDetail={() => detail.open(panel.name)}
          />
        ))}
        {children}
      </div>
      {open && (
        <Suspense>
          <DetailDialog {...props} panel={open} onClose={detail.close} />
        </Suspense>
      )}
    </>
  )
}

/** Under a link without the properties of events, which it does not tell. */
function shownPanels(panels: readonly Panel[], { reader }: Scope): readonly Panel[] {
  if (!reader.share) return panels
  return panels.map((panel) => ({
    ...panel,
    tabs: panel.tabs.filter(({ dimension }) => dimension !== PROPERTY) as unknown as Panel['tabs'],
  }))
}

/** Opens a panel's whole table as a step of the history; closing it takes the step back, where it was made here. */
function useDetail({ show }: ViewProps) {
  const isStep = useRef(false)
  return {
    open: (detail: PanelName) => {
      isStep.current = true
      show({ detail })
    },
    close: () => {
      if (isStep.current) history.back()
      else show({ detail: undefined }, false)
      isStep.current = false
    },
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
