/** What every page of a project's settings is given. */
import { queryOptions } from '@tanstack/react-query'
import type { Role } from '../account/api.ts'
import { call } from '../api/client.ts'
import type { Project } from '../api/session.ts'

export interface Settings extends Project {
  /** What the reader is in the project's organisation. */
  role: Role
  /** ISO weekday, 1 for Monday. */
  week_start: number
  /** 0: events are kept for ever. */
  retention_days: number
  keeps_talk: boolean
  talk_days: number
  /** Events a month; 0: any number. */
  monthly_quota: number
  /** What was counted before a reset is still being erased. */
  is_erasing: boolean
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

/** Whether a role may see and make keys, share, reset and delete. */
export const canManage = (role: Role) => role === 'owner' || role === 'admin'
