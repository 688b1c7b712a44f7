/** Dark or light: the system's choice unless the reader made one, which this browser remembers. */
export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]
const PLACE = 'metrone.theme'

/** The remembered theme; `system` where nothing is remembered or storage is closed to us. */
export function readTheme(): Theme {
  try {
    const found = localStorage.getItem(PLACE) as Theme
    return THEMES.includes(found) ? found : 'system'
  } catch {
    return 'system'
  }
}

/** Shows a theme at once and remembers it. */
export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
  try {
    localStorage.setItem(PLACE, theme)
  } catch {
    // Storage may be switched off: the theme then lasts as long as the page.
  }
}
