/** Starts the web app. */
import './style/tokens.css'
import './style/base.css'
import './style/chart.css'
import './style/panels.css'
import './style/map.css'
import './style/overview.css'
import './style/dialogs.css'
import './style/events.css'
import './style/account.css'
import './style/interactions.css'
import './style/settings.css'
import './style/goals.css'
import './style/project.css'
import './style/notes.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createQueries } from './api/cache.ts'
import { createRoutes } from './routes.tsx'
import { startTheme } from './theme.ts'

startTheme(location)

const queries = createQueries()
createRoot(document.getElementById('app') as HTMLElement).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={createRoutes()} />
    </QueryClientProvider>
  </StrictMode>,
)
