/** What is annotated at one bucket of the chart: read it, write one more, change or delete one. */
import { useState } from 'react'
import { Field, Form } from '../account/Form.tsx'
import type { Reader } from '../api/batch.ts'
import { labelBucket, startOfBucket } from '../bucket.ts'
import { Dialog } from '../parts/Dialog.tsx'
import { type Annotation, canChange, write } from './api.ts'
import { isDay } from './marks.ts'
import { NoteRow, readShared, SharedBox, useReload } from './NoteForm.tsx'

interface Props {
  reader: Reader
  timezone: string
  /** Of what time a new one is: a date, or a moment. */
  on: string
  annotations: readonly Annotation[]
  mayShare: boolean
  onClose: () => void
}

export default function AnnotationDialog(props: Props) {
  const { reader, timezone, annotations, mayShare, onClose } = props
  const [edited, edit] = useState<Annotation | null>(null)
  return (
    <Dialog title={edited ? 'Change the annotation' : 'Annotate'} className="notes" onClose={onClose}>
      {!edited && annotations.length > 0 && (
        <ul className="note-list" aria-label="Annotations">
          {annotations.map((annotation) => (
            <NoteRow
              key={annotation.id}
              {...{ reader, note: annotation, name: annotation.text }}
              kind="annotations"
              canChange={canChange(annotation, mayShare)}
              onEdit={() => edit(annotation)}
            >
              <span className="note-main">
                <bdi>{annotation.text}</bdi>
                <span className="quiet">
                  {sayTime(annotation.on, timezone)} · <bdi>{annotation.author}</bdi>
                </span>
              </span>
            </NoteRow>
          ))}
        </ul>
      )}
      <AnnotationForm key={edited?.id ?? ''} {...props} annotation={edited} onDone={onClose} />
    </Dialog>
  )
}

interface FormProps extends Props {
  annotation: Annotation | null
  onDone: () => void
}

function AnnotationForm({ reader, timezone, annotation, mayShare, onDone, ...props }: FormProps) {
  const reload = useReload(reader, 'annotations')
  const on = annotation?.on ?? props.on
  const send = async (values: Record<string, string>) => {
    await write(reader, 'annotations', { on, ...readShared(values, mayShare) }, annotation?.id)
    await reload()
  }
  return (
    <Form action={annotation ? 'Save' : 'Annotate'} send={send} onDone={onDone}>
      <Field
        name="text"
        label="What happened"
        autoComplete="off"
        maxLength={200}
        defaultValue={annotation?.text ?? ''}
        data-first
      />
      {isDay(on) ? (
        <Field name="on" label="Day" type="date" autoComplete="off" defaultValue={on} />
      ) : (
        <p className="quiet">{sayTime(on, timezone)}</p>
      )}
      <SharedBox mayShare={mayShare} isShared={annotation?.is_shared ?? false} />
    </Form>
  )
}

function sayTime(on: string, timezone: string): string {
  return labelBucket(startOfBucket(on, timezone), isDay(on) ? 'day' : 'hour', timezone)
}
