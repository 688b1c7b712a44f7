/** One panel: its tabs, and the rows of the chosen one. */
import { useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, lazy, Suspense } from 'react'
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components/Tabs'
import { isSame } from '../api/client.ts'
import { breakdownQuery, type Scope } from '../api/reads.ts'
import { PROPERTY } from '../dimensions.ts'
import { addFilter, type Filter } from '../filters.ts'
import type { ViewProps } from '../pages/Frame.tsx'
import { groupOf, headTabs, type Panel, type Tab as PanelTab, tabOf } from '../panels.ts'
import { Failure } from '../parts/Failure.tsx'
import { Icon } from '../parts/Icon.tsx'
import { NoGoals } from './NoGoals.tsx'
import { Rows } from './Rows.tsx'
import { TabSelect, useChoice } from './TabChoice.tsx'

const WorldMap = lazy(() => import('./WorldMap.tsx'))

export interface PanelProps extends ViewProps {
  panel: Panel
  scope: Scope
}

interface Props extends PanelProps {
  /** What failed above: rows that failed with it say so once, not each for itself. */
  failed: unknown
  onDetail: () => void
}

export function PanelCard({ failed, onDetail, ...props }: Props) {
  const { panel, view, show } = props
  const tab = tabOf(panel, view.tabs[panel.name])
  const choose = (name: string) => show({ tabs: { ...view.tabs, [panel.name]: name } }, false)
  const heads = headTabs(panel)
  const head = groupOf(panel, tab)[0] ?? tab
  const title = <h2 id={`panel-${panel.name}`}>{panel.title}</h2>
  // A body of its own for each tab: rows of another tab must not stand in while these are on their way.
  const body = <TabBody key={tab.name} {...props} tab={tab} failed={failed} choose={choose} />
  const whole = (
    <button
      type="button"
      className="button bare icon-only"
      aria-label={`${panel.title}: the whole table`}
      title="The whole table"
      onClick={onDetail}
    >
      <Icon name="expand" />
    </button>
  )
  return (
    // Number keys reach the tabs from anywhere in the panel.
    <section
      className={`card panel ${panel.name}`}
      aria-labelledby={`panel-${panel.name}`}
      onKeyDown={(event) => chooseByNumber(event, heads, choose)}
    >
      {heads.length === 1 ? (
        <>
          <header>
            {title}
            {whole}
          </header>
          {body}
        </>
      ) : (
        <Tabs selectedKey={head.name} onSelectionChange={(key) => choose(String(key))}>
          <header>
            {title}
            <TabList aria-label={panel.title} className="tabs">
              {heads.map(({ name, title, group }) => (
                <Tab key={name} id={name} className="tab">
                  {group ?? title}
                </Tab>
              ))}
            </TabList>
            {whole}
          </header>
          {/* Anew for each: one that lives on keeps the id of the tab before, and its tab would name no panel. */}
          <TabPanel key={head.name} id={head.name}>
            {body}
          </TabPanel>
        </Tabs>
      )}
    </section>
  )
}

function chooseByNumber(event: KeyboardEvent, tabs: PanelTab[], choose: (name: string) => void): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  const tab = /^[1-9]$/.test(event.key) ? tabs[Number(event.key) - 1] : undefined
  if (tab) choose(tab.name)
}

interface BodyProps extends PanelProps {
  tab: PanelTab
  failed: unknown
  choose: (name: string) => void
}

function TabBody({ panel, view, show, scope, tab, failed, choose }: BodyProps) {
  const choice = useChoice(panel, tab, scope, view.property)
  const read = choice.tab ?? tab
  const isReadable = choice.tab !== undefined && read.dimension !== PROPERTY
  const breakdown = useQuery({ ...breakdownQuery(scope, read), enabled: scope.isKnown && isReadable })
  const isProperty = tab.dimension === PROPERTY
  const head = choice.options && (
    <TabSelect
      label={isProperty ? 'Property' : `Which of ${tab.group}`}
      value={isProperty ? read.dimension.slice(PROPERTY.length) : tab.name}
      options={choice.options}
      onChange={(name) => (isProperty ? show({ property: name }, false) : choose(name))}
    />
  )
  if (breakdown.isError)
    return (
      <div className="rows-space">
        {isSame(breakdown.error, failed) ? (
          <p className="empty">Not loaded.</p>
        ) : (
          <Failure problem={breakdown.error} onRetry={() => void breakdown.refetch()} />
        )}
      </div>
    )
  const filter = (value: string, excludes: boolean) =>
    show({ filters: withRow(view.filters, read, value, excludes) })
  const rows = choice.tab && !isReadable ? [] : breakdown.data?.data
  return (
    <div className="rows-space" data-stale={breakdown.isPlaceholderData} aria-busy={breakdown.isFetching}>
      {read.isMap && rows?.length !== 0 ? (
        <Suspense>{rows && <WorldMap tab={read} rows={rows} onFilter={filter} />}</Suspense>
      ) : (
        <Rows
          tab={read}
          rows={rows}
          head={head}
          nothing={
            read.read === 'goals' ? <NoGoals project={scope.reader.project} text={read.empty} /> : read.empty
          }
          onFilter={filter}
        />
      )}
    </div>
  )
}

/** The filters with one more for a row, and those that its tab needs beside it. */
export function withRow(filters: Filter[], tab: PanelTab, value: string, excludes: boolean): Filter[] {
  const others = (tab.adds ?? []).filter(
    ([operator, dimension]) => !filters.some((kept) => kept[0] === operator && kept[1] === dimension),
  )
  return addFilter([...filters, ...others], excludes ? 'is_not' : 'is', tab.dimension, value)
}
