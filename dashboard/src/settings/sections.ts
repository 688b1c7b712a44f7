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
  { name: 'sharing', title: 'Sharing', Page: lazy(() => import('./Sharing.tsx')) },
]
