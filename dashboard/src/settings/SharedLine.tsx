/** One shared link in the list: what it is, its address to copy, the frame to paste, its password, and its end. */
import { change } from '../account/api.ts'
import { Field, Form, LENGTH_MIN } from '../account/Form.tsx'
import { formatFilter } from '../filters.ts'
import { LockedChip } from '../parts/Chips.tsx'
import { CopyBlock } from '../parts/CopyBlock.tsx'
import { Dialog } from '../parts/Dialog.tsx'
import type { Desk } from './desk.ts'
import { frameOf, type SharedLink, sayState } from './shares.ts'

interface Props extends Desk {
  link: SharedLink
  onRevoke: () => void
  reread: () => Promise<unknown>
}

export function SharedLine({ link, onRevoke, ...desk }: Props) {
  return (
    <li>
      <div className="share-head">
        <span className="line-name">
          <bdi>{link.name}</bdi>
          <span className="quiet"> · {sayState(link, desk.settings.timezone)}</span>
        </span>
        {link.url && (
          <button type="button" className="button" aria-label={`Revoke ${link.name}`} onClick={onRevoke}>
            Revoke
          </button>
        )}
      </div>
      {link.filters.length > 0 && (
        <ul className="chips" aria-label="Locked segment">
          {link.filters.map((filter) => (
            <LockedChip key={formatFilter(filter)} filter={filter} />
          ))}
        </ul>
      )}
      {link.url && !link.is_over && (
        <>
          <CopyBlock text={link.url} label={`link ${link.name}`} />
          {link.embed_url && <Framing link={link} />}
          {!link.is_public && <Password {...desk} link={link} />}
        </>
      )}
    </li>
  )
}

function Framing({ link }: { link: SharedLink }) {
  return (
    <details>
      <summary>Put it into a page</summary>
      <CopyBlock text={frameOf(link)} label={`frame of ${link.name}`} />
      <p className="quiet">
        Allowed on {link.origins.length > 0 ? link.origins.join(', ') : 'every site'}. <code>theme=dark</code>{' '}
        or <code>system</code> changes its look, <code>background=transparent</code> takes its ground away.
      </p>
    </details>
  )
}

function Password({ link, settings, csrf, reread }: Omit<Props, 'onRevoke'>) {
  const save = async ({ password = '' }: Record<string, string>) => {
    await change('PUT', `/projects/${settings.id}/shares/${link.id}/password`, csrf, { password })
    await reread()
  }
  return (
    <details>
      <summary>{link.has_password ? 'Change the password' : 'Set a password'}</summary>
      <Form action="Save" send={save} done="Saved. It holds from now on." isQuiet>
        <Field
          name="password"
          label="New password"
          type="password"
          autoComplete="new-password"
          hint={link.has_password ? 'Leave it empty to ask for none.' : `At least ${LENGTH_MIN} characters.`}
          isOptional={link.has_password}
        />
      </Form>
    </details>
  )
}

interface RevokeProps {
  link: SharedLink
  onRevoke: () => void
  onClose: () => void
}

export function RevokeDialog({ link, onRevoke, onClose }: RevokeProps) {
  return (
    <Dialog title="Revoke this link?" className="filter" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          onRevoke()
        }}
      >
        <p>
          Whoever has the link “<bdi>{link.name}</bdi>” sees nothing any more, at once and for good
          {link.can_embed && ', also in the pages that it was put into'}.
        </p>
        <div className="filter-end">
          <button type="button" className="button" onClick={onClose} data-first>
            Keep it
          </button>
          <button type="submit" className="button primary">
            Revoke
          </button>
        </div>
      </form>
    </Dialog>
  )
}
