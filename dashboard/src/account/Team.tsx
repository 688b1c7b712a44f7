/** `/team`: the members of one organisation, its invitations, and who changed what. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { CopyBlock } from '../parts/CopyBlock.tsx'
import { Failure } from '../parts/Failure.tsx'
import { AuditLog } from './AuditLog.tsx'
import { change, type Member, type Organisation, type Role, type Team as TeamData, teamQuery } from './api.ts'
import { Field, Form } from './Form.tsx'
import { Frame, type Me } from './Frame.tsx'
import { OrganisationChoice, useOrganisation } from './organisation.tsx'
import { RoleChoice } from './RoleChoice.tsx'

export default function Team() {
  return <Frame title="Team">{(me) => <Organisations me={me} />}</Frame>
}

function Organisations({ me }: { me: Me }) {
  const [org, choose] = useOrganisation(me)
  if (!org)
    return <p className="card part">You are in no organisation. Ask an owner or admin for an invitation.</p>
  return (
    <>
      <OrganisationChoice me={me} org={org} choose={choose} />
      <Members key={org.id} me={me} org={org} />
      {canManage(org.role) && <AuditLog org={org.id} />}
    </>
  )
}

export const canManage = (role: Role) => role === 'owner' || role === 'admin'

function Members({ me, org }: { me: Me; org: Organisation }) {
  const queries = useQueryClient()
  const team = useQuery(teamQuery(org.id))
  const act = useMutation({
    mutationFn: ({ method, path, body }: { method: 'PUT' | 'DELETE'; path: string; body?: unknown }) =>
      change(method, `/orgs/${org.id}${path}`, me.csrf, body),
    onSettled: () => queries.invalidateQueries({ queryKey: ['account'] }),
  })
  if (team.isError) return <Failure problem={team.error} onRetry={() => void team.refetch()} />
  if (!team.data) return null
  return (
    <>
      <section className="card part" aria-labelledby="members">
        <h2 id="members">Members</h2>
        <ul className="lines">
          {team.data.members.map((member) => (
            <MemberLine
              key={member.id}
              member={member}
              isMe={member.id === me.user.id}
              myRole={team.data.role}
              onRole={(role) => act.mutate({ method: 'PUT', path: `/members/${member.id}`, body: { role } })}
              onRemove={() => act.mutate({ method: 'DELETE', path: `/members/${member.id}` })}
            />
          ))}
        </ul>
        {act.isError && <Failure problem={act.error} onRetry={() => act.reset()} />}
      </section>
      {canManage(team.data.role) && (
        <Invitations
          me={me}
          team={team.data}
          onWithdraw={(id) => act.mutate({ method: 'DELETE', path: `/invitations/${id}` })}
        />
      )}
    </>
  )
}

interface LineProps {
  member: Member
  isMe: boolean
  myRole: Role
  onRole: (role: Role) => void
  onRemove: () => void
}

function MemberLine({ member, isMe, myRole, onRole, onRemove }: LineProps) {
  const mayTouch = myRole === 'owner' || (myRole === 'admin' && member.role !== 'owner')
  return (
    <li>
      <span className="line-name">
        <bdi>{member.name}</bdi> · <bdi>{member.email}</bdi>
        {member.has_totp && <span className="quiet"> · second factor on</span>}
      </span>
      <span className="ways">
        {mayTouch ? (
          <RoleChoice label={`Role of ${member.name}`} role={member.role} myRole={myRole} onChoose={onRole} />
        ) : (
          <span>{member.role}</span>
        )}
        {(mayTouch || isMe) && (
          <button
            type="button"
            className="button"
            onClick={onRemove}
            aria-label={isMe ? undefined : `Remove ${member.name}`}
          >
            {isMe ? 'Leave' : 'Remove'}
          </button>
        )}
      </span>
    </li>
  )
}

interface InvitationsProps {
  me: Me
  team: TeamData
  onWithdraw: (id: string) => void
}

function Invitations({ me, team, onWithdraw }: InvitationsProps) {
  const queries = useQueryClient()
  const [link, setLink] = useState<{ url: string; is_mailed: boolean }>()
  const [role, setRole] = useState<Role>('viewer')
  const invite = async (values: Record<string, string>) => {
    const body = { email: values.email, role }
    setLink(await change('POST', `/orgs/${team.id}/invitations`, me.csrf, body))
    await queries.invalidateQueries({ queryKey: ['account', 'team'] })
  }
  return (
    <section className="card part" aria-labelledby="invitations">
      <h2 id="invitations">Invitations</h2>
      <ul className="lines">
        {team.invitations.map(({ id, email, role: offered }) => (
          <li key={id}>
            <span className="line-name">
              <bdi>{email}</bdi> · {offered}
            </span>
            <button
              type="button"
              className="button"
              aria-label={`Withdraw the invitation of ${email}`}
              onClick={() => onWithdraw(id)}
            >
              Withdraw
            </button>
          </li>
        ))}
      </ul>
      <Form action="Invite" send={invite} done="Invited.">
        <Field name="email" label="E-mail" type="email" autoComplete="off" />
        <RoleChoice label="Role" role={role} myRole={team.role} onChoose={setRole} isShown />
      </Form>
      {link && (
        <div role="status">
          <p>
            {link.is_mailed
              ? 'The link is on its way by mail. It is shown here once:'
              : 'Hand over this link, which is shown once and good for a week:'}
          </p>
          <CopyBlock text={link.url} label="link" />
        </div>
      )}
    </section>
  )
}
