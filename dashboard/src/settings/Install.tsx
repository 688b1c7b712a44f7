/** What to paste into a site, whether it works, and the project's own name for this server. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { change } from '../account/api.ts'
import { Field, Form } from '../account/Form.tsx'
import { type Snippet, snippetsQuery } from '../api/session.ts'
import { CopyBlock } from '../parts/CopyBlock.tsx'
import { Failure } from '../parts/Failure.tsx'
import { AddressChoice } from './AddressChoice.tsx'
import { Checker } from './Checker.tsx'
import { canEdit, type Desk } from './desk.ts'
import { fillSnippet, installQuery, originsOf, useWriteKey } from './install.ts'
import { WriteKey } from './WriteKey.tsx'

// Reads, so a key that may only write is of no use to it.
const READING = 'mcp'

export default function InstallPage(desk: Desk) {
  const install = useQuery(installQuery(desk.settings.id))
  const [chosen, choose] = useState<string>()
  if (install.isError) return <Failure problem={install.error} onRetry={() => void install.refetch()} />
  if (!install.data) return <section className="card part" aria-busy="true" />
  const origins = originsOf(install.data)
  const origin = chosen && origins.includes(chosen) ? chosen : (origins[0] as string)
  return (
    <>
      <Paste desk={desk} origins={origins} origin={origin} onChoose={choose} />
      <Checker desk={desk} install={install.data} origin={origin} />
      <OwnName desk={desk} cname={install.data.cname} />
    </>
  )
}

interface PasteProps {
  desk: Desk
  origins: string[]
  origin: string
  onChoose: (origin: string) => void
}

function Paste({ desk, origins, origin, onChoose }: PasteProps) {
  const snippets = useQuery(snippetsQuery)
  const { key } = useWriteKey(desk)
  const shown = snippets.data?.filter(({ name }) => name !== READING) ?? []
  return (
    <section className="card part" aria-labelledby="install">
      <h2 id="install">Install</h2>
      <WriteKey desk={desk} where="the texts" />
      <AddressChoice origins={origins} origin={origin} onChoose={onChoose} />
      {snippets.isError && <Failure problem={snippets.error} onRetry={() => void snippets.refetch()} />}
      {shown.map((snippet, at) => (
        <Text
          key={snippet.name}
          snippet={snippet}
          text={fillSnippet(snippet.text, origin, key)}
          isOpen={at === 0}
        />
      ))}
      <p className="quiet">
        From an edge function or a proxy of your own domain: <code>docs/proxying.md</code>.
      </p>
    </section>
  )
}

/** The first is the usual way in; the others are a click away. */
function Text({ snippet, text, isOpen }: { snippet: Snippet; text: string; isOpen: boolean }) {
  const block = <CopyBlock text={text} label={snippet.title} />
  if (isOpen)
    return (
      <div className="form">
        <p>
          Into the <code>&lt;head&gt;</code> of every page:
        </p>
        {block}
      </div>
    )
  return (
    <details className="fold">
      <summary>{snippet.title}</summary>
      {block}
    </details>
  )
}

function OwnName({ desk: { settings, csrf }, cname }: { desk: Desk; cname: string }) {
  const queries = useQueryClient()
  const save = async (values: Record<string, string>) => {
    await change('PUT', `/projects/${settings.id}/install`, csrf, values)
    await queries.invalidateQueries({ queryKey: installQuery(settings.id).queryKey })
  }
  return (
    <section className="card part" aria-labelledby="own-name">
      <h2 id="own-name">A name of your own for this server</h2>
      <p className="quiet">
        A subdomain of your site that leads here by CNAME. Requests then stay on your domain, and lists of
        trackers do not know it. <code>docs/proxying.md</code> says how to set it up with a certificate.
      </p>
      <Form key={cname} action="Save" send={save} done="Saved." isLocked={!canEdit(settings.role)} isQuiet>
        <Field
          name="cname"
          label="Host name"
          autoComplete="off"
          hint="Such as stats.example.com. Leave it empty to have none."
          defaultValue={cname}
          isOptional
        />
      </Form>
    </section>
  )
}
