/** The numbers of a project: six in a row, the chosen one over time, and where they come from. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { beforeQuery, type Scope, statsQuery } from '../api/reads.ts'
import { ChartRegion } from '../chart/ChartRegion.tsx'
import { PanelCard } from '../panel/PanelCard.tsx'
import { PANELS } from '../panels.ts'
import { Chips } from '../parts/Chips.tsx'
import { Failure } from '../parts/Failure.tsx'
import { SixNumbers } from '../parts/SixNumbers.tsx'
import type { ViewProps } from './Overview.tsx'

export function Numbers({ view, show, scope }: ViewProps & { scope: Scope }) {
  const stats = useQuery(statsQuery(scope))
  const before = useQuery(beforeQuery(scope))
  const queries = useQueryClient()
  const readAgain = () => queries.refetchQueries({ queryKey: ['read', scope.reader.project], type: 'active' })
  const previous = scope.isRunning ? before.data : stats.data?.previous
  return (
    <>
      <Chips filters={view.filters} onChange={(filters) => show({ filters })} />
      <section className="card lead" aria-label="Key numbers" aria-busy={stats.isFetching}>
        <SixNumbers
          now={stats.isError ? {} : stats.data}
          before={previous}
          chosen={view.metric}
          isRunning={scope.isRunning}
          onChoose={(metric) => show({ metric }, false)}
        />
        <div className="chart-space" data-stale={stats.isPlaceholderData}>
          {stats.isError ? (
            <Failure problem={stats.error} onRetry={() => void readAgain()} />
          ) : (
            <ChartRegion
              stats={stats.data}
              scope={scope}
              metric={view.metric}
              onPick={(period) => show({ period })}
            />
          )}
        </div>
      </section>
      <div className="panels">
        {PANELS.map((panel) => (
          <PanelCard
            key={panel.name}
            panel={panel}
            view={view}
            show={show}
            scope={scope}
            failed={stats.error}
          />
        ))}
      </div>
    </>
  )
}
