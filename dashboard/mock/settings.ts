/** The endpoints of a project's settings in the mock: one owner's one project. A change is taken and forgotten. */
const PROJECT = { id: 'prj_1', name: 'Acme Voice', domain: 'acme.example', timezone: 'Europe/Berlin' }

/** What GET answers, by the path behind /app/projects/prj_1. */
const SHOWN: Record<string, (now: number) => unknown> = {
  '': () => ({ ...PROJECT, role: 'owner' }),
  '/segments': () => ({ segments: SEGMENTS, may_share: true }),
  '/annotations': (now) => ({ annotations: annotations(now), may_share: true }),
}

const SEGMENTS = [
  { id: 'seg_1', name: 'Germans', filters: [['is', 'country', ['DE']]], is_shared: true },
  {
    id: 'seg_2',
    name: '<b>Shop</b> \u202Eevil'.repeat(5),
    filters: [['is_not', 'page', ['/', '/docs']]],
    is_shared: false,
  },
]
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
  if (method !== 'GET') return [200, {}]
  const status = rest in SHOWN ? 200 : 404
  return [
    status,
    SHOWN[rest]?.(now) ?? { error: { code: 'NOT_FOUND', message: 'There is no such project.', status } },
  ]
}
