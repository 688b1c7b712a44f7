/** `/projects`: every project of one's organisations, its visitors of thirty days as a line, and how to make another. */
import { today } from '@internationalized/date'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ask } from '../api/batch.ts'
import type { Stats } from '../api/reads.ts'
import type { Project } from '../api/session.ts'
import { formatShort } from '../numbers.ts'
import { accountQuery, change, type Organisation } from './api.ts'
import { Field, Form } from './Form.tsx'
import { Frame, type Me } from './Frame.tsx'
import { Sparkline } from './Sparkline.tsx'
import { canManage } from './Team.tsx'

const DAYS = 30

export default function Projects() {
  return (
    <Frame title="Projects">
      {(me) =>
        me.organisations.length === 0 ? (
          <p className="card part">You are in no organisation. Ask an owner or admin for an invitation.</p>
        ) : (
          me.organisations.map((org) => <OrganisationProjects key={org.id} me={me} org={org} />)
        )
      }
    </Frame>
  )
}

function OrganisationProjects({ me, org }: { me: Me; org: Organisation }) {
  const queries = useQueryClient()
  const create = async (values: Record<string, string>) => {
    await change('POST', `/orgs/${org.id}/projects`, me.csrf, values)
    await queries.invalidateQueries({ queryKey: accountQuery.queryKey })
    await queries.invalidateQueries({ queryKey: ['session'] })
  }
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  return (
    <section className="card part" aria-labelledby={org.id}>
      <h2 id={org.id}>
        <bdi>{org.name}</bdi>
      </h2>
      <ul className="project-grid">
        {org.projects.map((project) => (
          <li key={project.id}>
            <ProjectCard project={project} csrf={me.csrf} />
          </li>
        ))}
      </ul>
      {canManage(org.role) && (
        <details open={org.projects.length === 0}>
          <summary>New project</summary>
          <Form action="Create project" send={create} done="Created.">
            <Field name="name" label="Name" autoComplete="off" />
            <Field name="domain" label="Site" autoComplete="off" hint="Such as example.com." isOptional />
            <Field name="timezone" label="Time zone" autoComplete="off" defaultValue={zone} />
          </Form>
        </details>
      )}
    </section>
  )
}

function ProjectCard({ project, csrf }: { project: Project; csrf: string }) {
  const to = today(project.timezone)
  const from = to.subtract({ days: DAYS - 1 })
  const params = { from: `${from}`, to: `${to}`, tz: project.timezone, interval: 'day' }
  const stats = useQuery({
    queryKey: ['read', project.id, 'stats', params],
    queryFn: () => ask<Stats>({ project: project.id, csrf }, { type: 'stats', params }),
  })
  const values = stats.data?.timeseries?.map((point) => Number(point.unique_visitors ?? 0))
  return (
    <a className="project-card" href={`/?project=${project.id}`}>
      <span className="project-name">
        <bdi>{project.name}</bdi>
      </span>
      <span className="quiet">{project.domain || 'no site'}</span>
      {values && <Sparkline values={values} label={`Visitors of ${DAYS} days`} />}
      <span>
        {stats.isError
          ? 'Not loaded.'
          : stats.data && `${formatShort(stats.data.unique_visitors, 'count')} visitors in ${DAYS} days`}
      </span>
    </a>
  )
}
