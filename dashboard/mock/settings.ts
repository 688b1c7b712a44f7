/** The endpoints of a project's settings in the mock: one owner's one project. A change is taken and forgotten. */
const PROJECT = { id: 'prj_1', name: 'Acme Voice', domain: 'acme.example', timezone: 'Europe/Berlin' }

const LINK = {
  is_public: false,
  has_password: false,
  expires_at: null,
  is_over: false,
  filters: [],
  can_embed: false,
  origins: [],
  embed_url: null,
}
const SHARES = [
  {
    ...LINK,
    id: 'shr_1',
    name: 'Board <b>',
    url: 'https://stats.example/share/aaaa',
    has_password: true,
    expires_at: '2030-12-31T23:00:00Z',
    filters: [['is', 'country', ['DE']]],
  },
  {
    ...LINK,
    id: 'shr_2',
    name: 'Site "numbers"',
    url: 'https://stats.example/share/acme',
    is_public: true,
    can_embed: true,
    embed_url: 'https://stats.example/embed/acme',
    origins: ['https://blog.example'],
  },
]

/** What GET answers, by the path behind /app/projects/prj_1. */
const SHOWN: Record<string, unknown> = {
  '': { ...PROJECT, role: 'owner' },
  '/shares': { shares: SHARES, most: 50 },
}

/** Status and answer. */
export function answerSettings(path: string, method: string): [number, unknown] {
  const rest = path.replace(/^\/app\/projects\/prj_1/, '')
  if (method !== 'GET') return [200, {}]
  const status = rest in SHOWN ? 200 : 404
  return [
    status,
    SHOWN[rest] ?? { error: { code: 'NOT_FOUND', message: 'There is no such project.', status } },
  ]
}
