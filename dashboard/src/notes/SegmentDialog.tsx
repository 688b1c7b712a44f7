/** The saved segments: apply one, save the page's filters as one, change or delete one. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Field, Form } from '../account/Form.tsx'
import type { Reader } from '../api/batch.ts'
import { type Filter, sayOperator } from '../filters.ts'
import { Dialog } from '../parts/Dialog.tsx'
import { Failure } from '../parts/Failure.tsx'
import { sayDimension, sayValue } from '../words.ts'
import { canChange, type Segment, segmentsQuery, write } from './api.ts'
import { NoteRow, readShared, SharedBox, useReload } from './NoteForm.tsx'

interface Props {
  reader: Reader
  /** Those of the page. */
  filters: readonly Filter[]
  /** The id of the segment that the page shows. */
  current: string | undefined
  onApply: (filters: Filter[]) => void
  onClose: () => void
}

export default function SegmentDialog({ reader, filters, current, onApply, onClose }: Props) {
  const known = useQuery(segmentsQuery(reader))
  const [edited, edit] = useState<Segment | null>(null)
  const mayShare = known.data?.may_share ?? false
  return (
    <Dialog title={edited ? 'Change the segment' : 'Segments'} className="notes" onClose={onClose}>
      {known.isError && <Failure problem={known.error} onRetry={() => void known.refetch()} />}
      {edited ? (
        <SegmentForm
          key={edited.id}
          {...{ reader, mayShare, segment: edited }}
          filters={filters}
          onDone={() => edit(null)}
        />
      ) : (
        <>
          <List segments={known.data?.segments} {...{ reader, mayShare, current, onApply }} onEdit={edit} />
          {filters.length === 0 ? (
            <p className="quiet">To save one, filter the page first; then give the filters a name here.</p>
          ) : (
            !current && <SegmentForm {...{ reader, mayShare, filters }} onDone={onClose} />
          )}
        </>
      )}
    </Dialog>
  )
}

interface ListProps extends Pick<Props, 'reader' | 'current' | 'onApply'> {
  segments: readonly Segment[] | undefined
  mayShare: boolean
  onEdit: (segment: Segment) => void
}

function List({ segments, reader, mayShare, current, onApply, onEdit }: ListProps) {
  if (!segments) return <div className="note" aria-busy="true" />
  if (segments.length === 0) return <p>No segment is saved yet.</p>
  return (
    <ul className="note-list" aria-label="Saved segments">
      {segments.map((segment) => (
        <NoteRow
          key={segment.id}
          {...{ reader, note: segment, name: segment.name }}
          kind="segments"
          canChange={canChange(segment, mayShare)}
          onEdit={() => onEdit(segment)}
        >
          <button
            type="button"
            className="note-main"
            aria-current={segment.id === current}
            title={sayFilters(segment.filters)}
            onClick={() => onApply(segment.filters)}
          >
            <bdi>{segment.name}</bdi>
            <bdi className="quiet">{sayFilters(segment.filters)}</bdi>
          </button>
        </NoteRow>
      ))}
    </ul>
  )
}

interface FormProps {
  reader: Reader
  mayShare: boolean
  filters: readonly Filter[]
  /** The one that is changed; without one, the page's filters are saved as a new one. */
  segment?: Segment
  onDone: () => void
}

function SegmentForm({ reader, mayShare, filters, segment, onDone }: FormProps) {
  const reload = useReload(reader, 'segments')
  const send = async (given: Record<string, string>) => {
    const { takes, ...values } = given
    const body = readShared(values, mayShare)
    await write(reader, 'segments', segment && !takes ? body : { ...body, filters }, segment?.id)
    await reload()
  }
  return (
    <Form action={segment ? 'Save' : 'Save the filters'} send={send} onDone={onDone} isQuiet={!segment}>
      <Field
        name="name"
        label={segment ? 'Name' : 'Save the filters of the page as'}
        autoComplete="off"
        maxLength={120}
        defaultValue={segment?.name ?? ''}
      />
      {segment && filters.length > 0 && (
        <label className="check">
          <input type="checkbox" name="takes" />
          Replace its filters by those of the page
        </label>
      )}
      <SharedBox mayShare={mayShare} isShared={segment?.is_shared ?? false} />
    </Form>
  )
}

function sayFilters(filters: readonly Filter[]): string {
  return filters
    .map(([operator, dimension, values]) => {
      const said = values.map((value) => sayValue(dimension, value)).join(' or ')
      return `${sayDimension(dimension)} ${sayOperator(operator)} ${said}`
    })
    .join(', ')
    .slice(0, 300)
}
