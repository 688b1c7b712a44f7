/** The addresses of the app, and the URL's query as the page's View. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  useNavigate,
  useSearch,
} from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense } from 'react'
import { ACCOUNT_PAGES } from './account/pages.ts'
import type { ViewProps } from './pages/Frame.tsx'
import { Missing } from './pages/Missing.tsx'
import { Overview } from './pages/Overview.tsx'
import { SignIn } from './pages/SignIn.tsx'
import { DEFAULT_VIEW, formatView, parseView, type View } from './view.ts'

const Realtime = lazy(() => import('./pages/Realtime.tsx'))
const EventLog = lazy(() => import('./pages/EventLog.tsx'))

/** A router over the browser's address. Every query string is a View; unknown paths say so. */
export function createRoutes() {
  const root = createRootRoute({ component: Outlet, notFoundComponent: Missing })
  const validateSearch = (search: Record<string, unknown>) => search as unknown as View
  const getParentRoute = () => root
  const pages = [
    createRoute({ getParentRoute, path: '/', component: viewRoute('/', Overview), validateSearch }),
    createRoute({
      getParentRoute,
      path: '/realtime',
      component: viewRoute('/realtime', Realtime),
      validateSearch,
    }),
    createRoute({
      getParentRoute,
      path: '/events',
      component: viewRoute('/events', EventLog),
      validateSearch,
    }),
  ]
  const signIn = createRoute({ getParentRoute, path: '/signin', component: SignInRoute })
  const account = Object.entries(ACCOUNT_PAGES).map(([path, Page]) =>
    createRoute({
      getParentRoute,
      path,
      component: () => (
        <Suspense fallback={<main className="page" aria-busy="true" />}>
          <Page />
        </Suspense>
      ),
    }),
  )
  return createRouter({
    routeTree: root.addChildren([...pages, signIn, ...account]),
    parseSearch: (query) => ({ ...parseView(query) }),
    stringifySearch: (view) => formatView(view as unknown as View),
  })
}

/** A page that is given the view of its address, and ways to change it. */
function viewRoute(path: string, Page: (props: ViewProps) => ReactNode) {
  return function ViewRoute() {
    const view = useSearch({ strict: false }) as View
    const navigate = useNavigate()
    const show = (change: Partial<View>, isStep = true) =>
      void navigate({
        to: path,
        search: { ...view, ...change } as never,
        replace: !isStep,
        resetScroll: false,
      })
    const go = (to: string) => void navigate({ to, search: { ...view, detail: undefined } as never })
    return (
      <Suspense fallback={<main className="page" aria-busy="true" />}>
        <Page view={view} show={show} go={go} />
      </Suspense>
    )
  }
}

function SignInRoute() {
  const navigate = useNavigate()
  return <SignIn onDone={() => void navigate({ to: '/', search: DEFAULT_VIEW as never, replace: true })} />
}
