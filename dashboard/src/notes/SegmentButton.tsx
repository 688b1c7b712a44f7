/** Opens the saved segments; says which one the page's filters are. The list is loaded when it is wanted. */
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import type { Reader } from '../api/batch.ts'
import type { Scope } from '../api/reads.ts'
import { type Filter, formatFilter } from '../filters.ts'
import type { ViewProps } from '../pages/Frame.tsx'
import { Icon } from '../parts/Icon.tsx'
import { useKeys } from '../shortcuts.ts'
import { type Segment, segmentsQuery } from './api.ts'

const loadDialog = () => import('./SegmentDialog.tsx')
const SegmentDialog = lazy(loadDialog)

export function SegmentButton({ view, show, scope }: ViewProps & { scope: Scope }) {
  const [isOpen, open] = useState(false)
  const { hasAccount } = scope.reader
  const current = useCurrentSegment(scope.reader, view.filters)
  useKeys(hasAccount ? { s: () => open(true) } : {})
  // A link of the command line signs in nobody, who could keep any.
  if (!hasAccount) return null
  return (
    <>
      <button
        type="button"
        className="button"
        aria-haspopup="dialog"
        aria-label={current ? `Segment: ${current.name}` : 'Segments'}
        title="Segments (S)"
        data-on={current !== undefined}
        onPointerEnter={() => void loadDialog()}
        onFocus={() => void loadDialog()}
        onClick={() => open(true)}
      >
        <Icon name="segment" />
        Segments
      </button>
      {isOpen && (
        <Suspense>
          <SegmentDialog
            reader={scope.reader}
            filters={view.filters}
            current={current?.id}
            onApply={(filters) => {
              open(false)
              show({ filters })
            }}
            onClose={() => open(false)}
          />
        </Suspense>
      )}
    </>
  )
}

/** The saved segment whose filters these are. */
export function useCurrentSegment(reader: Reader, filters: readonly Filter[]): Segment | undefined {
  const isWanted = reader.hasAccount === true && filters.length > 0
  const known = useQuery({ ...segmentsQuery(reader), enabled: isWanted })
  return known.data?.segments.find((segment) => isSame(segment.filters, filters))
}

/** Whether two lists filter alike, in whatever order. */
export function isSame(one: readonly Filter[], other: readonly Filter[]): boolean {
  const key = (filters: readonly Filter[]) => filters.map(formatFilter).toSorted().join('\n')
  return one.length > 0 && key(one) === key(other)
}
