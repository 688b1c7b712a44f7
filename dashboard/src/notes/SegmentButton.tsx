/** Opens the saved segments; says which one the page's filters are. The list is loaded when it is wanted. */
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import type { Scope } from '../api/reads.ts'
import { type Filter, formatFilter } from '../filters.ts'
import type { ViewProps } from '../pages/Frame.tsx'
import { Icon } from '../parts/Icon.tsx'
import { useKeys } from '../shortcuts.ts'
import { segmentsQuery } from './api.ts'

const loadDialog = () => import('./SegmentDialog.tsx')
const SegmentDialog = lazy(loadDialog)

export function SegmentButton({ view, show, scope }: ViewProps & { scope: Scope }) {
  const [isOpen, open] = useState(false)
  const { hasAccount } = scope.reader
  const known = useQuery({
    ...segmentsQuery(scope.reader),
    enabled: hasAccount === true && (isOpen || view.filters.length > 0),
  })
  useKeys(hasAccount ? { s: () => open(true) } : {})
  // A link of the command line signs in nobody, who could keep any.
  if (!hasAccount) return null
  const current = known.data?.segments.find(({ filters }) => isSame(filters, view.filters))
  return (
    <>
      <button
        type="button"
        className="button"
        aria-haspopup="dialog"
        aria-label={current ? `Segment: ${current.name}` : 'Segments'}
        title={current?.name}
        onPointerEnter={() => void loadDialog()}
        onFocus={() => void loadDialog()}
        onClick={() => open(true)}
      >
        <Icon name="segment" />
        <bdi className="segment-name">{current?.name ?? 'Segments'}</bdi>
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

/** Whether two lists filter alike, in whatever order. */
export function isSame(one: readonly Filter[], other: readonly Filter[]): boolean {
  const key = (filters: readonly Filter[]) => filters.map(formatFilter).toSorted().join('\n')
  return one.length > 0 && key(one) === key(other)
}
