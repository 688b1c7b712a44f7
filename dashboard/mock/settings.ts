/** The endpoints of a project's settings in the mock: one owner's one project. A change is taken and forgotten. */
const PROJECT = { id: 'prj_1', name: 'Acme Voice', domain: 'acme.example', timezone: 'Europe/Berlin' }

/** What GET answers, by the path behind /app/projects/prj_1. */
const SHOWN: Record<string, unknown> = {
  '': { ...PROJECT, role: 'owner' },
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
}

/** Status and answer. */
export function answerSettings(path: string, method: string): [number, unknown] {
  const rest = path.replace(/^\/app\/projects\/prj_1/, '')
  if (rest === '/goals/preview') return [200, { data: [{ conversions: 128, unique_visitors: 97 }] }]
  if (method !== 'GET') return [200, {}]
  const status = rest in SHOWN ? 200 : 404
  return [
    status,
    SHOWN[rest] ?? { error: { code: 'NOT_FOUND', message: 'There is no such project.', status } },
  ]
}
