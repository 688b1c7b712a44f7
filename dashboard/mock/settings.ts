/** The endpoints of a project's settings in the mock: one owner's one project. A change is taken and forgotten. */
const PROJECT = {
  id: 'prj_1',
  name: 'Acme Voice',
  domain: 'acme.example',
  timezone: 'Europe/Berlin',
  week_start: 1,
  retention_days: 0,
  keeps_talk: false,
  talk_days: 30,
  monthly_quota: 100_000,
  is_erasing: false,
}
const MOMENT = '2026-03-14T15:09:26+00:00'
const KEY = {
  id: 'key_1',
  name: 'Website <b>',
  prefix: 'metrone_live_3f9a',
  scopes: ['write'],
  origins: ['https://acme.example'],
  is_test: false,
  created_at: MOMENT,
  expires_at: null,
  revoked_at: null,
  last_used_at: MOMENT,
  state: 'active',
}
const GONE = { ...KEY, id: 'key_2', name: 'Old', is_test: true, revoked_at: MOMENT, state: 'revoked' }
const DAYS = [...Array(14)].map((_, day) => ({
  day: `2026-03-${String(day + 1).padStart(2, '0')}`,
  events: (day * 137) % 1000,
}))

/** What GET answers, by the path behind /app/projects/prj_1. */
const SHOWN: Record<string, unknown> = {
  '': { ...PROJECT, role: 'owner' },
  '/keys': { keys: [KEY, GONE] },
  '/usage': {
    month: '2026-03',
    accepted: 61_803,
    quota: 100_000,
    ends_at: '2026-04-01T00:00:00+00:00',
    days: DAYS,
  },
}

/** Status and answer. */
export function answerSettings(path: string, method: string): [number, unknown] {
  const rest = path.replace(/^\/app\/projects\/prj_1/, '')
  if (rest === '/keys' && method === 'POST')
    return [201, { ...KEY, id: 'key_3', key: `metrone_live_${'3f9a'.repeat(8)}` }]
  if (method !== 'GET') return [200, {}]
  const status = rest in SHOWN ? 200 : 404
  return [
    status,
    SHOWN[rest] ?? { error: { code: 'NOT_FOUND', message: 'There is no such project.', status } },
  ]
}
