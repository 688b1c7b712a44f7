/** One's own second factor: an authenticator app by QR code, then the recovery codes, shown once. */
import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { encode } from 'uqr'
import { CopyBlock } from '../parts/CopyBlock.tsx'
import { accountQuery, change } from './api.ts'
import { Field, Form } from './Form.tsx'
import type { Me } from './Frame.tsx'

interface Begun {
  secret: string
  address: string
}

export function SecondFactor({ me }: { me: Me }) {
  const queries = useQueryClient()
  const [begun, setBegun] = useState<Begun>()
  const [codes, setCodes] = useState<string[]>()
  const readAgain = () => queries.invalidateQueries({ queryKey: accountQuery.queryKey, exact: true })
  const keep = async (path: string, values: Record<string, string>) => {
    const answer = await change<{ recovery_codes: string[] }>('POST', path, me.csrf, values)
    setCodes(answer.recovery_codes)
    setBegun(undefined)
    await readAgain()
  }
  if (codes) return <Codes codes={codes} onDone={() => setCodes(undefined)} />
  if (begun)
    return (
      <Part>
        <p>Scan this with your authenticator app, then type the code that it shows.</p>
        <QrCode text={begun.address} />
        <CopyBlock text={begun.secret} label="secret" />
        <Form action="Switch on" send={(values) => keep('/account/totp', values)}>
          <Field name="code" label="Code" autoComplete="one-time-code" inputMode="numeric" isFirst />
        </Form>
      </Part>
    )
  if (me.user.has_totp)
    return (
      <Part>
        <p>On. {me.user.recovery_codes} recovery codes are left.</p>
        <Form action="New recovery codes" send={(values) => keep('/account/totp/recovery-codes', values)}>
          <Current />
        </Form>
        <Form
          action="Switch off"
          send={async (values) => {
            await change('POST', '/account/totp/off', me.csrf, values)
            await readAgain()
          }}
        >
          <Current />
        </Form>
      </Part>
    )
  return (
    <Part>
      <p className="quiet">Off. With it on, signing in by password asks for a code of your phone, too.</p>
      <Form
        action="Set up an authenticator app"
        send={async (values) => setBegun(await change<Begun>('POST', '/account/totp/begin', me.csrf, values))}
      >
        <Current />
      </Form>
    </Part>
  )
}

function Part({ children }: { children: ReactNode }) {
  return (
    <section className="card part" aria-labelledby="factor">
      <h2 id="factor">Second factor</h2>
      {children}
    </section>
  )
}

const Current = () => (
  <Field name="current" label="Password" type="password" autoComplete="current-password" />
)

function Codes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  return (
    <Part>
      <p role="status">
        It is on. These codes are shown once. Each signs you in one time when your phone is gone: keep them
        where you will find them without it.
      </p>
      <CopyBlock text={codes.join('\n')} label="recovery codes" />
      <div>
        <button type="button" className="button primary" onClick={onDone}>
          I have kept them
        </button>
      </div>
    </Part>
  )
}

/** Dark squares on white in both themes, as cameras want it. */
function QrCode({ text }: { text: string }) {
  const { data, size } = encode(text, { border: 2 })
  const squares = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')))
  return (
    <svg className="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label="QR code of the secret below">
      <path className="qr-ground" d={`M0 0h${size}v${size}h-${size}z`} />
      <path className="qr-squares" d={squares.join('')} />
    </svg>
  )
}
