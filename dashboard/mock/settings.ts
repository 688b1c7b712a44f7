/** The endpoints of a project's settings in the mock: one owner's one project. A change is taken and forgotten. */
const PROJECT = { id: 'prj_1', name: 'Acme Voice', domain: 'acme.example', timezone: 'Europe/Berlin' }

/** What GET answers, by the path behind /app/projects/prj_1. */
const SHOWN: Record<string, unknown> = {
  '': { ...PROJECT, role: 'owner' },
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
