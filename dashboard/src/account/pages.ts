/** The addresses of the account pages. Each page is a file of its own, loaded when it is opened. */
import { lazy } from 'react'

export const ACCOUNT_PAGES = {
  '/setup': lazy(() => import('./SetUp.tsx')),
  '/account': lazy(() => import('./Account.tsx')),
}

export const SignInForm = lazy(() => import('./SignInForm.tsx'))
