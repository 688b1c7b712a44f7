/** The shop in a browser: over what the server rendered where there is something, else from nothing. */
import { createBrowserHistory } from '@tanstack/react-router'
import { createRoot, hydrateRoot } from 'react-dom/client'
import { App, createShop, type Place } from './App.tsx'

const root = document.getElementById('root') as HTMLElement
const router = createShop(createBrowserHistory())
const app = <App router={router} place={root.dataset as unknown as Place} />
void router.load().then(() => {
  if (root.firstChild) hydrateRoot(root, app, { onRecoverableError: (error) => console.error(error) })
  else createRoot(root).render(app)
})
