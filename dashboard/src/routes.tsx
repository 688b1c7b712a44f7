/** The addresses of the app, and the URL's query as the page's View. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  useNavigate,
  useSearch,
} from '@tanstack/react-router'
import { Suspense } from 'react'
import { ACCOUNT_PAGES } from './account/pages.ts'
import { Missing } from './pages/Missing.tsx'
import { Overview } from './pages/Overview.tsx'
import { SignIn } from './pages/SignIn.tsx'
import { DEFAULT_VIEW, formatView, parseView, type View } from './view.ts'

/** A router over the browser's address. Every query string is a View; unknown paths say so. */
export function createRoutes() {
  const root = createRootRoute({ component: Outlet, notFoundComponent: Missing })
  const overview = createRoute({
    getParentRoute: () => root,
    path: '/',
    component: OverviewRoute,
    validateSearch: (search: Record<string, unknown>) => search as unknown as View,
  })
  const signIn = createRoute({ getParentRoute: () => root, path: '/signin', component: SignInRoute })
  const account = Object.entries(ACCOUNT_PAGES).map(([path, Page]) =>
    createRoute({
      getParentRoute: () => root,
      path,
      component: () => (
        <Suspense fallback={<main className="page" aria-busy="true" />}>
          <Page />
        </Suspense>
      ),
    }),
  )
  return createRouter({
    routeTree: root.addChildren([overview, signIn, ...account]),
    parseSearch: (query) => ({ ...parseView(query) }),
    stringifySearch: (view) => formatView(view as unknown as View),
  })
}

function OverviewRoute() {
  const view = useSearch({ strict: false }) as View
  const navigate = useNavigate()
  const show = (change: Partial<View>, isStep = true) =>
    void navigate({ to: '/', search: { ...view, ...change } as never, replace: !isStep, resetScroll: false })
  return <Overview view={view} show={show} />
}

function SignInRoute() {
  const navigate = useNavigate()
  return <SignIn onDone={() => void navigate({ to: '/', search: DEFAULT_VIEW as never, replace: true })} />
}
