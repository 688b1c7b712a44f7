/** The account endpoints of the mock: a fresh installation where nobody is signed in, else one with an owner. */
const USER = {
  id: 'usr_1',
  email: 'ann@acme.example',
  name: 'Ann <b>Smith</b>',
  has_totp: false,
  recovery_codes: 0,
}
const MOMENT = '2026-03-14T15:09:26+00:00'
const SESSIONS = [
  { id: 'ses_1', browser: 'Firefox on Linux', created_at: MOMENT, seen_at: MOMENT, is_this: true },
  { id: 'ses_2', browser: 'Safari on iOS', created_at: MOMENT, seen_at: MOMENT, is_this: false },
]
const PASSKEYS = [{ id: 'pky_1', name: 'Phone', created_at: MOMENT, used_at: null }]
const TEAM = {
  id: 'org_1',
  name: 'Acme',
  role: 'owner',
  members: [
    { ...USER, role: 'owner' },
    { id: 'usr_2', email: 'bob@acme.example', name: 'Bob', role: 'viewer', has_totp: true },
  ],
  invitations: [{ id: 'lnk_1', email: `cy.${'long'.repeat(15)}@acme.example`, role: 'editor' }],
}
const ENTRIES = [
  {
    entry_no: 2,
    at: MOMENT,
    actor: USER.email,
    action: 'member.invited_as_editor',
    target: 'cy@acme.example',
  },
  { entry_no: 1, at: MOMENT, actor: USER.email, action: 'account.set_up', target: USER.email },
]
const PROJECT = { id: 'prj_1', name: 'Acme Voice', domain: 'acme.example', timezone: 'Europe/Berlin' }

const refuse = (status: number, code: string, message: string): [number, unknown] => [
  status,
  { error: { code, message, status, request_id: 'req_7f3a91_c20b' } },
]

/** Status and answer. The password is "correct horse battery"; any code is right. */
export function answerAccount(path: string, isSignedIn: boolean, body: unknown): [number, unknown] {
  const given = (body ?? {}) as Record<string, string>
  if (path === '/app/account')
    return [
      200,
      {
        is_set_up: isSignedIn,
        can_sign_up: false,
        has_mail: false,
        is_signed_in: isSignedIn,
        csrf: isSignedIn ? 'c5rf' : '',
        user: isSignedIn ? USER : null,
        organisations: isSignedIn ? [{ id: 'org_1', name: 'Acme', role: 'owner', projects: [PROJECT] }] : [],
      },
    ]
  if (path === '/app/account/setup')
    return given.token === 'good'
      ? [200, { signed_in: true }]
      : refuse(401, 'INVALID_API_KEY', 'This link was used or has expired.')
  if (path === '/app/account/passkeys') return [200, { passkeys: PASSKEYS }]
  if (path === '/app/orgs/org_1') return [200, TEAM]
  if (path === '/app/orgs/org_1/audit') return [200, { entries: ENTRIES }]
  if (path === '/app/account/sessions') return [200, { sessions: SESSIONS }]
  if (path === '/app/account/password')
    return given.current === 'correct horse battery'
      ? [200, { signed_in: true }]
      : refuse(403, 'FORBIDDEN', 'The password is wrong.')
  return [200, {}]
}
