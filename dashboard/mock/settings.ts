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

const INSTALL = {
  origin: '',
  cname: 'stats.acme.example',
  newest: null,
  refusals: [
    {
      code: 'INVALID_API_KEY',
      reason: 'This API key does not exist, was revoked or has expired. Create one in Settings > API Keys.',
      host: 'acme.example',
      times: 3,
      at: MOMENT,
    },
  ],
}
const VAPI = {
  name: 'vapi',
  title: 'Vapi',
  path: '/v1/webhooks/vapi/',
  page: 'docs/webhooks/vapi.md',
  pasted_into: 'Organization settings, Server URL.',
  signed_with: "the credential's token or secret key",
  can_prove: true,
  secrets: [{ id: 'sec_1', endpoint: 'main', hint: '7oD9', created_at: MOMENT, trouble: '' }],
}
const OTLP = {
  ...VAPI,
  name: 'otlp',
  title: 'OpenTelemetry',
  path: '/v1/otlp/v1/traces',
  signed_with: null,
  can_prove: false,
  secrets: [],
}
const EXCLUSIONS = {
  exclusions: [
    { exclusion_no: 1, kind: 'path', value: '/admin/**' },
    { exclusion_no: 2, kind: 'country', value: 'DE' },
  ],
  most: 100,
  your_address: '203.0.113.7',
}

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

const SEGMENTS = [
  { id: 'seg_1', name: 'Germans', filters: [['is', 'country', ['DE']]], is_shared: true },
  {
    id: 'seg_2',
    name: '<b>Shop</b> \u202Eevil'.repeat(5),
    filters: [['is_not', 'page', ['/', '/docs']]],
    is_shared: false,
  },
]

/** What GET answers, by the path behind /app/projects/prj_1. */
const SHOWN: Record<string, unknown> = {
  '': { ...PROJECT, role: 'owner' },
  '/install': INSTALL,
  '/integrations': { origin: '', cname: '', platforms: [VAPI, OTLP] },
  '/exclusions': EXCLUSIONS,
  '/segments': { segments: SEGMENTS, may_share: true },
  '/goals': {
    goals: [
      { id: 'goal_1', name: 'Signed up', criteria: { event_name: 'signup' } },
      {
        id: 'goal_2',
        name: 'Big order <b>',
        criteria: {
          page: '/thanks/**',
          properties: [{ key: 'plan', operator: 'contains', value: 'pro' }],
          min_value: 500,
        },
      },
    ],
  },
  '/shares': { shares: SHARES, most: 50 },
  '/keys': { keys: [KEY, GONE] },
  '/usage': {
    month: '2026-03',
    accepted: 61_803,
    quota: 100_000,
    ends_at: '2026-04-01T00:00:00+00:00',
    days: DAYS,
  },
}

/** What a change answers, by the path's end; others answer nothing. */
const CHANGED: Record<string, unknown> = {
  '/install/key': { id: 'key_1', key: 'metrone_live_0123456789abcdef0123456789abcdef' },
  '/integrations/vapi/test': {
    status: 200,
    state: 'verified',
    result: 'taken',
    event: 'end-of-call-report',
    reason: null,
    note: null,
  },
}

const DAY_MS = 86_400_000

function annotations(now: number) {
  const day = (ago: number) => new Date(now - ago * DAY_MS).toISOString().slice(0, 10)
  return [
    { id: 'ann_1', on: day(9), text: 'Launch on <b>Hacker News</b>', author: 'Ann', is_shared: true },
    { id: 'ann_2', on: day(9), text: 'x'.repeat(200), author: 'Bob', is_shared: false },
    {
      id: 'ann_3',
      on: new Date(now - 4 * DAY_MS).toISOString(),
      text: 'Mail',
      author: 'Bob',
      is_shared: true,
    },
  ]
}

/** Status and answer. */
export function answerSettings(path: string, method: string, now: number): [number, unknown] {
  const rest = path.replace(/^\/app\/projects\/prj_1/, '').replace(/\?.*/, '')
  if (rest === '/goals/preview') return [200, { data: [{ conversions: 128, unique_visitors: 97 }] }]
  if (rest === '/keys' && method === 'POST')
    return [201, { ...KEY, id: 'key_3', key: `metrone_live_${'3f9a'.repeat(8)}` }]
  if (rest === '/annotations' && method === 'GET')
    return [200, { annotations: annotations(now), may_share: true }]
  if (method !== 'GET') return [200, CHANGED[rest] ?? {}]
  const status = rest in SHOWN ? 200 : 404
  return [
    status,
    SHOWN[rest] ?? { error: { code: 'NOT_FOUND', message: 'There is no such project.', status } },
  ]
}
