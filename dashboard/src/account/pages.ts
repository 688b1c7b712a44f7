/** The addresses of the account pages. Each page is a file of its own, loaded when it is opened. */
import { lazy } from 'react'

export const ACCOUNT_PAGES = {
  '/setup': lazy(() => import('./SetUp.tsx')),
  '/signup': lazy(() => import('./SignUp.tsx')),
  '/confirm': lazy(() => import('./Confirm.tsx')),
  '/forgot': lazy(() => import('./Forgot.tsx')),
  '/reset': lazy(() => import('./Reset.tsx')),
  '/join': lazy(() => import('./Join.tsx')),
  '/account': lazy(() => import('./Account.tsx')),
  '/team': lazy(() => import('./Team.tsx')),
  '/projects': lazy(() => import('./Projects.tsx')),
}

export const SignInForm = lazy(() => import('./SignInForm.tsx'))
