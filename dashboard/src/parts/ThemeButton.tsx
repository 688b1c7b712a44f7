/** One button that goes round: system, light, dark. */
import { useState } from 'react'
import { applyTheme, readTheme, THEMES, type Theme } from '../theme.ts'
import { Icon } from './Icon.tsx'

export function ThemeButton() {
  const [theme, setTheme] = useState(readTheme)
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] as Theme
  const choose = () => {
    applyTheme(next)
    setTheme(next)
  }
  const label = `Theme: ${theme}. Switch to ${next}`
  return (
    <button type="button" className="button icon-only" onClick={choose} aria-label={label} title={label}>
      <Icon name={theme} />
    </button>
  )
}
