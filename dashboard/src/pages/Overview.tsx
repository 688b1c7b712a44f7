/** The page at `/`: the numbers of a project, or what to paste while it waits for its first event. */
import { useQuery } from '@tanstack/react-query'
import { firstEventQuery, statsQuery } from '../api/reads.ts'
import { useLiveEvents } from '../live.ts'
import { SegmentButton } from '../notes/SegmentButton.tsx'
import { ComparePicker } from '../parts/ComparePicker.tsx'
import { FilterButton } from '../parts/FilterButton.tsx'
import { PeriodPicker } from '../parts/PeriodPicker.tsx'
import { useScope } from '../scope.ts'
import { FirstEvent } from './FirstEvent.tsx'
import { Frame, Layout, type PageProps, type ViewProps } from './Frame.tsx'
import { Numbers } from './Numbers.tsx'

export function Overview(props: ViewProps) {
  return <Frame {...props} page={OverviewPage} />
}

export function OverviewPage(props: PageProps) {
  const scope = useScope(props.session, props.project, props.view)
  const stats = useQuery(statsQuery(scope))
  const isQuiet =
    stats.data?.total_events === 0 && !stats.isPlaceholderData && props.view.filters.length === 0
  const first = useQuery({ ...firstEventQuery(scope.reader), enabled: isQuiet && !props.session.share })
  const isEmpty = isQuiet && first.data?.data.length === 0
  useLiveEvents(scope.reader, isEmpty)
  const tools = isEmpty ? null : (
    <div className="tools">
      <FilterButton {...props} scope={scope} />
      <SegmentButton {...props} scope={scope} />
      <PeriodPicker {...props} scope={scope} />
      <ComparePicker {...props} scope={scope} />
    </div>
  )
  return (
    <Layout {...props} scope={scope} tools={tools}>
      {isEmpty ? <FirstEvent /> : <Numbers {...props} scope={scope} />}
    </Layout>
  )
}
