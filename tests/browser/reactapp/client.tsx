/** The shop in a browser: over what the server rendered where there is something, else from nothing. */
import { createRoot, hydrateRoot } from 'react-dom/client'
import { App, type Place } from './App.tsx'

const root = document.getElementById('root') as HTMLElement
const app = <App path={location.pathname} place={root.dataset as unknown as Place} />
if (root.firstChild) hydrateRoot(root, app, { onRecoverableError: (error) => console.error(error) })
else createRoot(root).render(app)
