/** The pages of a project's settings. Each is a file of its own, loaded when it is opened. */
import { type ComponentType, type LazyExoticComponent, lazy } from 'react'
import type { Desk } from './desk.ts'

export interface Section {
  /** The end of its address: /settings/general. */
  name: string
  title: string
  Page: LazyExoticComponent<ComponentType<Desk>>
}

export const SECTIONS: readonly Section[] = [
  { name: 'general', title: 'General', Page: lazy(() => import('./General.tsx')) },
  { name: 'install', title: 'Install', Page: lazy(() => import('./Install.tsx')) },
  { name: 'integrations', title: 'Integrations', Page: lazy(() => import('./Integrations.tsx')) },
  { name: 'goals', title: 'Goals', Page: lazy(() => import('./Goals.tsx')) },
  { name: 'exclusions', title: 'Exclusions', Page: lazy(() => import('./Exclusions.tsx')) },
  { name: 'sharing', title: 'Sharing', Page: lazy(() => import('./Sharing.tsx')) },
  { name: 'keys', title: 'API keys', Page: lazy(() => import('./Keys.tsx')) },
  { name: 'usage', title: 'Usage', Page: lazy(() => import('./Usage.tsx')) },
]
