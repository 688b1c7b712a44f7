/** Shared links in the mock, by their tokens: `open`, `secret` (password `good`), anything else is gone. */
const SHOWN = {
  needs_password: false,
  name: 'Acme Voice',
  domain: 'acme.example',
  timezone: 'Europe/Berlin',
  filters: [['is', 'country', ['DE']]],
}
const refuse = (status: number, code: string, message: string): [number, unknown] => [
  status,
  { error: { code, message, status } },
]

/** Status and answer. `key` is what the page sent along. */
export function answerShare(path: string, body: unknown, key: string): [number, unknown] {
  const [token, action] = path.replace('/app/shares/', '').split('/')
  if (token !== 'open' && token !== 'secret') return refuse(404, 'NOT_FOUND', 'This link is not there.')
  if (action === 'open')
    return (body as { password?: string })?.password === 'good'
      ? [200, { proof: '1.f00' }]
      : refuse(403, 'FORBIDDEN', 'The password is wrong.')
  return token === 'secret' && key !== 'secret.1.f00' ? [200, { needs_password: true }] : [200, SHOWN]
}
