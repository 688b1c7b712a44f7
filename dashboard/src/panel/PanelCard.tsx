/** One panel: its tabs, and the rows of the chosen one. */
import { useQuery } from '@tanstack/react-query'
import type { KeyboardEvent } from 'react'
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components/Tabs'
import { breakdownQuery, type Scope } from '../api/reads.ts'
import { addFilter } from '../filters.ts'
import type { ViewProps } from '../pages/Overview.tsx'
import { type Panel, type Tab as PanelTab, tabOf } from '../panels.ts'
import { Failure } from '../parts/Failure.tsx'
import { Rows } from './Rows.tsx'

interface Props extends ViewProps {
  panel: Panel
  scope: Scope
  /** What failed above: rows that failed with it say so once, not each for itself. */
  failed: unknown
}

export function PanelCard({ panel, view, show, scope, failed }: Props) {
  const tab = tabOf(panel, view.tabs[panel.name])
  const choose = (name: string) => show({ tabs: { ...view.tabs, [panel.name]: name } }, false)
  // A body of its own for each tab: rows of another tab must not stand in while these are on their way.
  const body = (
    <TabBody
      key={tab.name}
      tab={tab}
      scope={scope}
      failed={failed}
      onFilter={(value, excludes) =>
        show({ filters: addFilter(view.filters, excludes ? 'is_not' : 'is', tab.dimension, value) })
      }
    />
  )
  const heading = <h2 id={`panel-${panel.name}`}>{panel.title}</h2>
  return (
    // Number keys reach the tabs from anywhere in the panel.
    <section
      className={`card panel ${panel.name}`}
      aria-labelledby={`panel-${panel.name}`}
      onKeyDown={(event) => chooseByNumber(event, panel, choose)}
    >
      {panel.tabs.length === 1 ? (
        <>
          <header>{heading}</header>
          {body}
        </>
      ) : (
        <Tabs selectedKey={tab.name} onSelectionChange={(key) => choose(String(key))}>
          <header>
            {heading}
            <TabList aria-label={panel.title} className="tabs">
              {panel.tabs.map(({ name, title }) => (
                <Tab key={name} id={name} className="tab">
                  {title}
                </Tab>
              ))}
            </TabList>
          </header>
          <TabPanel id={tab.name}>{body}</TabPanel>
        </Tabs>
      )}
    </section>
  )
}

function chooseByNumber(event: KeyboardEvent, panel: Panel, choose: (name: string) => void): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  const tab = /^[1-9]$/.test(event.key) ? panel.tabs[Number(event.key) - 1] : undefined
  if (tab) choose(tab.name)
}

interface BodyProps {
  tab: PanelTab
  scope: Scope
  failed: unknown
  onFilter: (value: string, excludes: boolean) => void
}

function TabBody({ tab, scope, failed, onFilter }: BodyProps) {
  const breakdown = useQuery(breakdownQuery(scope, tab))
  if (breakdown.isError)
    return (
      <div className="rows-space">
        {breakdown.error === failed ? (
          <p className="empty">Not loaded.</p>
        ) : (
          <Failure problem={breakdown.error} onRetry={() => void breakdown.refetch()} />
        )}
      </div>
    )
  return (
    <div className="rows-space" data-stale={breakdown.isPlaceholderData} aria-busy={breakdown.isFetching}>
      <Rows tab={tab} rows={breakdown.data?.data} onFilter={onFilter} />
    </div>
  )
}
