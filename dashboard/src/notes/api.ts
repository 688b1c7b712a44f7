/** What members write down about a project: saved segments and annotations, as typed calls. */
import { queryOptions } from '@tanstack/react-query'
import { change } from '../account/api.ts'
import type { Reader } from '../api/batch.ts'
import { call } from '../api/client.ts'
import type { Scope } from '../api/reads.ts'
import type { Filter } from '../filters.ts'

export interface Segment {
  id: string
  name: string
  filters: Filter[]
  /** For everybody of the project, not for its author alone. */
  is_shared: boolean
}

export interface Annotation {
  id: string
  /** A date in the project's time zone, or a moment with its offset. */
  on: string
  text: string
  author: string
  is_shared: boolean
}

export type Kind = 'segments' | 'annotations'

export function segmentsQuery({ project, hasAccount }: Reader) {
  return queryOptions({
    queryKey: ['notes', project, 'segments'],
    queryFn: () =>
      call<{ segments: Segment[]; may_share: boolean }>(
        `/app/projects/${encodeURIComponent(project)}/segments`,
      ),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: hasAccount === true,
  })
}

// A bucket of the chart may begin before the period: a week on its Monday, a month on its first day.
const LONGEST_BUCKET = { days: 31 }

export function annotationsQuery({ reader, range, isKnown }: Scope) {
  const days = `from=${range.from.subtract(LONGEST_BUCKET)}&to=${range.to.add(LONGEST_BUCKET)}`
  return queryOptions({
    queryKey: ['notes', reader.project, 'annotations', days],
    queryFn: () =>
      call<{ annotations: Annotation[]; may_share: boolean }>(
        `/app/projects/${encodeURIComponent(reader.project)}/annotations?${days}`,
      ),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: reader.hasAccount === true && isKnown,
  })
}

/** Writes one, or changes or deletes the one of this id. Throws a Problem. */
export function write({ project, csrf }: Reader, kind: Kind, body: object, id?: string): Promise<unknown> {
  const path = `/projects/${encodeURIComponent(project)}/${kind}`
  return id ? change('PUT', `${path}/${id}`, csrf, body) : change('POST', path, csrf, body)
}

export function remove({ project, csrf }: Reader, kind: Kind, id: string): Promise<unknown> {
  return change('DELETE', `/projects/${encodeURIComponent(project)}/${kind}/${id}`, csrf)
}

/** Whether the reader may change it: what is everybody's only with the right to share. */
export function canChange(note: { is_shared: boolean }, mayShare: boolean): boolean {
  return mayShare || !note.is_shared
}
