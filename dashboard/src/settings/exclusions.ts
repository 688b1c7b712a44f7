/** What a project leaves uncounted. */
import { queryOptions } from '@tanstack/react-query'
import { call } from '../api/client.ts'

export type Kind = 'address' | 'path' | 'host' | 'country'

export interface Exclusion {
  exclusion_no: number
  kind: Kind
  value: string
}

export interface Exclusions {
  exclusions: Exclusion[]
  /** How many of a kind there may be. */
  most: number
  your_address: string
}

export const exclusionsQuery = (project: string) =>
  queryOptions({
    queryKey: ['settings', project, 'exclusions'],
    queryFn: () => call<Exclusions>(`/app/projects/${project}/exclusions`),
  })

interface Meaning {
  kind: Kind
  title: string
  label: string
  hint: string
  empty: string
}

export const MEANINGS: readonly Meaning[] = [
  {
    kind: 'address',
    title: 'Addresses',
    label: 'Address or network',
    hint: 'Such as 203.0.113.7, 203.0.113.0/24 or 2001:db8:7::/64. Addresses of visitors are compared, never kept.',
    empty: 'No address is left out.',
  },
  {
    kind: 'path',
    title: 'Paths',
    label: 'Path',
    hint: 'Such as /admin/**. * is anything within one segment, ** anything.',
    empty: 'No path is left out.',
  },
  {
    kind: 'host',
    title: 'Hosts',
    label: 'Host of the page',
    hint: 'Such as staging.example.com, localhost or *.example.dev.',
    empty: 'No host is left out.',
  },
  {
    kind: 'country',
    title: 'Countries',
    label: 'Country',
    hint: 'Its two letters, such as DE.',
    empty: 'No country is left out.',
  },
]
