/** A panel's whole table: all its columns, searched, sorted and paged by the server, and as a file. */
import { useMutation, useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { type Page, type Row, type Scope, tableQuery } from '../api/reads.ts'
import { PROPERTY } from '../dimensions.ts'
import { formatShort } from '../numbers.ts'
import { groupOf, headTabs, type Tab, tabOf } from '../panels.ts'
import { Dialog } from '../parts/Dialog.tsx'
import { Failure } from '../parts/Failure.tsx'
import { Icon } from '../parts/Icon.tsx'
import { IconButton } from '../parts/IconButton.tsx'
import { searchFilter } from '../words.ts'
import { download, formatCsv, readAll } from './csv.ts'
import { DetailTable } from './DetailTable.tsx'
import { type PanelProps, withRow } from './PanelCard.tsx'
import { TabSelect, useChoice } from './TabChoice.tsx'

const ROWS_A_PAGE = 50

export default function DetailDialog(props: PanelProps & { onClose: () => void }) {
  const { panel, view, show, scope, onClose } = props
  const tab = tabOf(panel, view.tabs[panel.name])
  const choice = useChoice(panel, tab, scope, view.property)
  const choose = (name: string) => show({ tabs: { ...view.tabs, [panel.name]: name } }, false)
  const heads = headTabs(panel).map(({ name, title, group }) => ({ name, title: group ?? title }))
  const isProperty = tab.dimension === PROPERTY
  const selects = (
    <>
      {heads.length > 1 && (
        <TabSelect
          label="Tab"
          value={(groupOf(panel, tab)[0] ?? tab).name}
          options={heads}
          onChange={choose}
        />
      )}
      {choice.options && (
        <TabSelect
          label={isProperty ? 'Property' : `Which of ${tab.group}`}
          value={isProperty ? (choice.tab?.dimension ?? '').slice(PROPERTY.length) : tab.name}
          options={choice.options}
          onChange={(name) => (isProperty ? show({ property: name }, false) : choose(name))}
        />
      )}
    </>
  )
  const read = choice.tab
  return (
    <Dialog title={panel.title} className="detail" head={selects} onClose={onClose}>
      {read && read.dimension !== PROPERTY && (
        <Whole
          key={read.dimension + read.name}
          scope={scope}
          tab={read}
          onFilter={(value, excludes) =>
            show({ filters: withRow(view.filters, read, value, excludes), detail: undefined })
          }
        />
      )}
      {read?.dimension === PROPERTY && <p className="empty">{read.empty}</p>}
    </Dialog>
  )
}

interface WholeProps {
  scope: Scope
  tab: Tab
  onFilter: (value: string, excludes: boolean) => void
}

function Whole({ scope, tab, onFilter }: WholeProps) {
  const [text, setText] = useState('')
  const [orderBy, setOrder] = useState(`${tab.columns[0].metric}:desc`)
  const [offset, setOffset] = useState(0)
  const search = useDeferredValue(text)
  const page: Page = { search: searchFilter(tab.dimension, search), orderBy, limit: ROWS_A_PAGE, offset }
  const table = useQuery(tableQuery(scope, tab, page))
  const total = table.data?.meta.total ?? 0
  return (
    <>
      <div className="detail-tools">
        <label className="search">
          <Icon name="search" />
          <input
            data-first
            type="search"
            aria-label={`Search ${tab.head}`}
            placeholder={`Search ${tab.head.toLowerCase()}`}
            maxLength={200}
            value={text}
            onChange={(event) => {
              setText(event.target.value)
              setOffset(0)
            }}
          />
        </label>
        <CsvButton scope={scope} tab={tab} page={page} isOff={total === 0} />
      </div>
      {table.isError ? (
        <Failure problem={table.error} onRetry={() => void table.refetch()} />
      ) : (
        <DetailTable
          tab={tab}
          rows={table.data?.data}
          orderBy={orderBy}
          isStale={table.isPlaceholderData}
          nothing={search ? `Nothing has “${search.slice(0, 80)}” in it.` : tab.empty}
          onOrder={(next) => {
            setOrder(next)
            setOffset(0)
          }}
          onFilter={onFilter}
        />
      )}
      <Pager offset={offset} total={total} onOffset={setOffset} />
    </>
  )
}

interface CsvProps {
  scope: Scope
  tab: Tab
  page: Page
  isOff: boolean
}

function CsvButton({ scope, tab, page, isOff }: CsvProps) {
  const { from, to } = scope.range
  const name = `metrone-${tab.dimension.replace(/[^\w-]+/g, '-')}-${from}-${to}.csv`
  const save = useMutation({
    mutationFn: () => readAll(scope, tab, page),
    onSuccess: (rows: Row[]) => download(name, formatCsv(tab, rows)),
  })
  return (
    <>
      <button
        type="button"
        className="button"
        disabled={isOff || save.isPending}
        onClick={() => save.mutate()}
      >
        <Icon name="save" />
        {save.isPending ? 'Reading…' : 'CSV'}
      </button>
      {save.isError && <Failure problem={save.error} onRetry={() => save.mutate()} />}
    </>
  )
}

interface PagerProps {
  offset: number
  total: number
  onOffset: (offset: number) => void
}

function Pager({ offset, total, onOffset }: PagerProps) {
  const last = Math.min(offset + ROWS_A_PAGE, total)
  return (
    <div className="pager">
      <span className="quiet" role="status">
        {total > 0 &&
          `${formatShort(offset + 1, 'count')}–${formatShort(last, 'count')} of ${formatShort(total, 'count')}`}
      </span>
      {total > ROWS_A_PAGE && (
        <>
          <IconButton
            icon="left"
            label="Rows before"
            isOff={offset === 0}
            onClick={() => onOffset(Math.max(0, offset - ROWS_A_PAGE))}
          />
          <IconButton
            icon="right"
            label="Rows after"
            isOff={last >= total}
            onClick={() => onOffset(offset + ROWS_A_PAGE)}
          />
        </>
      )}
    </div>
  )
}
