/** The shop on a server: the HTML of one path. There is no window here. */
import { renderToString } from 'react-dom/server'
import { App, type Place } from './App.tsx'

export const render = (path: string, place: Place): string =>
  renderToString(<App path={path} place={place} />)
