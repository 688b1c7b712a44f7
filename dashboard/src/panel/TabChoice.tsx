/** What is chosen within a tab: one of its group (which UTM parameter), or which property of the events. */
import { useQuery } from '@tanstack/react-query'
import { propertiesQuery } from '../api/properties.ts'
import type { Scope } from '../api/reads.ts'
import { PROPERTY } from '../dimensions.ts'
import { groupOf, type Panel, type Tab } from '../panels.ts'

interface Choice {
  /** The tab with its dimension; undefined while the properties are on their way. */
  tab: Tab | undefined
  /** Null where there is nothing to choose. */
  options: readonly { name: string; title: string }[] | null
}

/** The tab as it is to be read. Where no event has a property, it stays `props:` and is not to be read. */
export function useChoice(panel: Panel, tab: Tab, scope: Scope, property: string | undefined): Choice {
  const isProperty = tab.dimension === PROPERTY
  const query = propertiesQuery(scope)
  const known = useQuery({ ...query, enabled: isProperty && query.enabled === true })
  if (!isProperty) {
    const group = groupOf(panel, tab)
    return { tab, options: group.length > 1 ? group.map(({ name, head }) => ({ name, title: head })) : null }
  }
  // A failed look for keys is no reason to hide the property that the address names.
  const keys = known.data ?? (known.isError ? [] : undefined)
  if (!keys) return { tab: undefined, options: null }
  const all = property && !keys.includes(property) ? [property, ...keys] : keys
  const key = property ?? all[0]
  return {
    tab: key ? { ...tab, head: key, dimension: PROPERTY + key } : tab,
    options: all.length > 0 ? all.map((name) => ({ name, title: name })) : null,
  }
}

interface SelectProps {
  label: string
  value: string
  options: readonly { name: string; title: string }[]
  onChange: (name: string) => void
}

export function TabSelect({ label, value, options, onChange }: SelectProps) {
  return (
    <span className="tab-select">
      <select aria-label={label} value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map(({ name, title }) => (
          <option key={name} value={name}>
            {title.slice(0, 64)}
          </option>
        ))}
      </select>
    </span>
  )
}
