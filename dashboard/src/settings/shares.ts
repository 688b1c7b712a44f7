/** The shared links of a project: their query, what they are called, and what a site pastes. */
import { queryOptions } from '@tanstack/react-query'
import type { Role } from '../account/api.ts'
import { call } from '../api/client.ts'
import type { Filter } from '../filters.ts'

export interface SharedLink {
  id: string
  name: string
  /** Null for those who may not revoke it. */
  url: string | null
  embed_url: string | null
  is_public: boolean
  has_password: boolean
  expires_at: string | null
  is_over: boolean
  filters: Filter[]
  can_embed: boolean
  origins: string[]
}

export const sharesQuery = (project: string) =>
  queryOptions({
    queryKey: ['settings', project, 'shares'],
    queryFn: () => call<{ shares: SharedLink[]; most: number }>(`/app/projects/${project}/shares`),
  })

export const canManage = (role: Role) => role === 'owner' || role === 'admin'

/** Who may open it and until when, as `link with password · until 31 Dec 2026`. */
export function sayState(link: SharedLink, timezone: string): string {
  const kind = link.is_public ? 'public dashboard' : link.has_password ? 'link with password' : 'link'
  const words = [kind, ...(link.can_embed ? ['in frames'] : [])]
  if (link.is_over) words.push('expired')
  else if (link.expires_at) words.push(`until ${lastDay(link.expires_at, timezone)}`)
  return words.join(' · ')
}

/** The frame, for a page of another site. */
export function frameOf(link: SharedLink): string {
  const name = link.name.replace(/[&"<>]/g, (sign) => `&#${sign.charCodeAt(0)};`)
  return `<iframe src="${link.embed_url}?theme=light" title="${name}" width="100%" height="1200" loading="lazy" style="border: 0"></iframe>`
}

/** A link is good until the day ends. */
function lastDay(iso: string, timeZone: string): string {
  const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone })
  return format.format(new Date(new Date(iso).getTime() - 1))
}
