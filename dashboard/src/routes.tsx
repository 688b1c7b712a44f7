/** The addresses of the app, and the URL's query as the page's View. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  useNavigate,
  useParams,
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
const Voice = lazy(() => import('./pages/Interactions.tsx').then(({ Voice }) => ({ default: Voice })))
const Chat = lazy(() => import('./pages/Interactions.tsx').then(({ Chat }) => ({ default: Chat })))
const SettingsPage = lazy(() => import('./settings/SettingsPage.tsx'))
const SharedPage = lazy(() => import('./share/SharedPage.tsx'))
const OneInteraction = lazy(() => import('./pages/OneInteraction.tsx'))

/** A router over the browser's address. Every query string is a View; unknown paths say so. */
export function createRoutes() {
  const root = createRootRoute({ component: Outlet, notFoundComponent: Missing })
  const validateSearch = (search: Record<string, unknown>) => search as unknown as View
  const getParentRoute = () => root
  const page = (path: string, Page: (props: ViewProps) => ReactNode) =>
    createRoute({ getParentRoute, path, component: viewRoute(path, Page), validateSearch })
  const pages = [
    page('/', Overview),
    page('/realtime', (props) => <Realtime {...props} />),
    page('/events', (props) => <EventLog {...props} />),
    page('/voice', (props) => <Voice {...props} />),
    page('/voice/$id', (props) => <OneInteraction key={props.id} {...props} />),
    page('/chat', (props) => <Chat {...props} />),
    page('/chat/$id', (props) => <OneInteraction key={props.id} {...props} />),
    page('/share/$token', (props) => <SharedPage {...props} place="overview" />),
    page('/share/$token/voice', (props) => <SharedPage {...props} place="voice" />),
    page('/share/$token/chat', (props) => <SharedPage {...props} place="chat" />),
    page('/embed/$token', (props) => <SharedPage {...props} place="overview" isFramed />),
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
  const settings = ['/settings', '/settings/$section'].map((path) =>
    createRoute({ getParentRoute, path, component: SettingsRoute, validateSearch }),
  )
  return createRouter({
    routeTree: root.addChildren([...pages, ...settings, signIn, ...account]),
    parseSearch: (query) => ({ ...parseView(query) }),
    stringifySearch: (view) => formatView(view as unknown as View),
  })
}

/** A page that is given the view of its address, and ways to change it. */
function viewRoute(path: string, Page: (props: ViewProps) => ReactNode) {
  return function ViewRoute() {
    const view = useSearch({ strict: false }) as View
    const params = useParams({ strict: false }) as { id?: string; token?: string }
    const navigate = useNavigate()
    const show = (change: Partial<View>, isStep = true) =>
      void navigate({
        to: path,
        params: params as never,
        search: { ...view, ...change } as never,
        replace: !isStep,
        resetScroll: false,
      })
    const go = (to: string) =>
      void navigate({ to, search: { ...view, detail: undefined, search: undefined } as never })
    return (
      <Suspense fallback={<main className="page" aria-busy="true" />}>
        <Page {...params} view={view} show={show} go={go} />
      </Suspense>
    )
  }
}

function SettingsRoute() {
  const view = useSearch({ strict: false }) as View
  const { section } = useParams({ strict: false }) as { section?: string }
  return (
    <Suspense fallback={<main className="page" aria-busy="true" />}>
      <SettingsPage section={section} project={view.project} />
    </Suspense>
  )
}

function SignInRoute() {
  const navigate = useNavigate()
  return <SignIn onDone={() => void navigate({ to: '/', search: DEFAULT_VIEW as never, replace: true })} />
}
