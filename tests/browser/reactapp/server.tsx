/** The shop on a server: the HTML of one path. There is no window here. */
import { createMemoryHistory } from '@tanstack/react-router'
import { renderToString } from 'react-dom/server'
import { App, createShop, type Place } from './App.tsx'

export async function render(path: string, place: Place): Promise<string> {
  const router = createShop(createMemoryHistory({ initialEntries: [path] }))
  await router.load()
  return renderToString(<App router={router} place={place} />)
}
