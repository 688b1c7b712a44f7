/** Opens the editor for a new filter; the editor is loaded then. */
import { lazy, Suspense, useState } from 'react'
import type { Scope } from '../api/reads.ts'
import type { Filter } from '../filters.ts'
import type { ViewProps } from '../pages/Frame.tsx'
import { useKeys } from '../shortcuts.ts'
import { Icon } from './Icon.tsx'

const loadDialog = () => import('./FilterDialog.tsx')
const FilterDialog = lazy(loadDialog)

const NEW: Filter = ['is', 'page', []]

export function FilterButton({ view, show, scope }: ViewProps & { scope: Scope }) {
  const [isOpen, open] = useState(false)
  useKeys({ '/': () => open(true) })
  return (
    <>
      <button
        type="button"
        className="button"
        aria-haspopup="dialog"
        onPointerEnter={() => void loadDialog()}
        onFocus={() => void loadDialog()}
        onClick={() => open(true)}
      >
        <Icon name="filter" />
        Filter
      </button>
      {isOpen && (
        <FilterEditor
          filter={NEW}
          scope={scope}
          onClose={() => open(false)}
          onDone={(filter) => {
            open(false)
            show({ filters: [...view.filters, filter] })
          }}
        />
      )}
    </>
  )
}

export interface EditorProps {
  filter: Filter
  scope: Scope
  onDone: (filter: Filter) => void
  onClose: () => void
}

/** The editor of one filter, on its way or there. */
export function FilterEditor(props: EditorProps) {
  return (
    <Suspense>
      <FilterDialog {...props} />
    </Suspense>
  )
}
