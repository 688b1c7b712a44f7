/** What every page of a project's settings is given. */
import { queryOptions } from '@tanstack/react-query'
import type { Role } from '../account/api.ts'
import { call } from '../api/client.ts'
import type { Project } from '../api/session.ts'

export interface Settings extends Project {
  /** What the reader is in the project's organisation. */
  role: Role
}

export interface Desk {
  settings: Settings
  csrf: string
  /** Asks for the settings anew, after a change. */
  reload: () => Promise<unknown>
}

export const settingsQuery = (project: string) =>
  queryOptions({
    queryKey: ['settings', project],
    queryFn: () => call<Settings>(`/app/projects/${project}`),
  })

/** Whether a role may change what a project is set to. Keys, sharing and members are for those who manage. */
export const canEdit = (role: Role) => role !== 'viewer'

/** Whether a role may make keys. */
export const canManage = (role: Role) => role === 'owner' || role === 'admin'
