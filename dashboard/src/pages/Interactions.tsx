/** The pages at `/voice` and `/chat`: the numbers of calls or of chats and assistants, each of them, and what webhooks brought. */
import { useQuery } from '@tanstack/react-query'
import { firstInteractionQuery } from '../api/interactions.ts'
import { type Board, CHAT, kindFilter, VOICE } from '../boards.ts'
import { Deliveries } from '../interactions/Deliveries.tsx'
import { FirstInteraction } from '../interactions/FirstInteraction.tsx'
import { Hours } from '../interactions/Hours.tsx'
import { InteractionList } from '../interactions/InteractionList.tsx'
import { useLiveEvents } from '../live.ts'
import { SegmentButton } from '../notes/SegmentButton.tsx'
import { ComparePicker } from '../parts/ComparePicker.tsx'
import { FilterButton } from '../parts/FilterButton.tsx'
import { PeriodPicker } from '../parts/PeriodPicker.tsx'
import { useScope } from '../scope.ts'
import { Frame, Layout, type PageProps, type ViewProps } from './Frame.tsx'
import { Numbers } from './Numbers.tsx'

export function Voice(props: ViewProps) {
  return <Frame {...props} page={VoicePage} />
}

export function Chat(props: ViewProps) {
  return <Frame {...props} page={ChatPage} />
}

export const VoicePage = (props: PageProps) => <BoardPage {...props} board={VOICE} />
export const ChatPage = (props: PageProps) => <BoardPage {...props} board={CHAT} />

function BoardPage({ board, ...props }: PageProps & { board: Board }) {
  const scope = useScope(props.session, props.project, props.view)
  const narrowed = { ...scope, filters: [kindFilter(board), ...scope.filters] }
  // A link shows numbers, and nothing of a single call or chat.
  const isShared = props.session.share !== undefined
  const first = useQuery({
    ...firstInteractionQuery(scope.reader, kindFilter(board)),
    enabled: !isShared,
  })
  const isEmpty = first.data?.data.length === 0
  useLiveEvents(scope.reader, isEmpty)
  const tools = isEmpty ? null : (
    <div className="tools">
      <FilterButton {...props} scope={narrowed} />
      <SegmentButton {...props} scope={scope} />
      <PeriodPicker {...props} scope={scope} />
      <ComparePicker {...props} scope={scope} />
    </div>
  )
  return (
    <Layout {...props} scope={scope} title={board.title} tools={tools}>
      {isEmpty ? (
        <FirstInteraction board={board} />
      ) : (
        <>
          <Numbers {...props} scope={narrowed} board={board}>
            <Hours scope={narrowed} board={board} />
          </Numbers>
          {!isShared && <InteractionList {...props} scope={narrowed} board={board} />}
        </>
      )}
      {!isShared && <Deliveries {...props} scope={scope} />}
    </Layout>
  )
}
