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

/** The theme of the page that opens. In a frame it is the address's, with its ground, and nothing is remembered. */
export function startTheme({ pathname, search }: Location): void {
  if (pathname.startsWith('/embed/')) showFramed(new URLSearchParams(search))
  else applyTheme(readTheme())
}

function showFramed(asked: URLSearchParams): void {
  const theme = asked.get('theme') as Theme
  showTheme(THEMES.includes(theme) ? theme : 'system')
  if (asked.get('background') === 'transparent') document.documentElement.dataset.ground = 'none'
}

/** Shows a theme at once and remembers it. */
export function applyTheme(theme: Theme): void {
  showTheme(theme)
  try {
    localStorage.setItem(PLACE, theme)
  } catch {
    // Storage may be switched off: the theme then lasts as long as the page.
  }
}

function showTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
}
