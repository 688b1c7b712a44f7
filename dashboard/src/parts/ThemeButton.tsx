/** One button that goes round: system, light, dark. */
import { useState } from 'react'
import { applyTheme, readTheme, THEMES, type Theme } from '../theme.ts'
import { IconButton } from './IconButton.tsx'

export function ThemeButton() {
  const [theme, setTheme] = useState(readTheme)
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] as Theme
  const choose = () => {
    applyTheme(next)
    setTheme(next)
  }
  const label = `Theme: ${theme}. Switch to ${next}`
  return <IconButton icon={theme} label={label} onClick={choose} />
}
