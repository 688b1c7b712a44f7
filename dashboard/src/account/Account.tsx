/** `/account`: one's own password, second factor, passkeys and browsers. */
import { Frame } from './Frame.tsx'
import { Passkeys } from './Passkeys.tsx'
import { Password } from './Password.tsx'
import { SecondFactor } from './SecondFactor.tsx'
import { Sessions } from './Sessions.tsx'

export default function Account() {
  return (
    <Frame title="Account">
      {(me) => (
        <>
          <section className="card part" aria-labelledby="who">
            <h2 id="who">Signed in as</h2>
            <p>
              <bdi>{me.user.name}</bdi> · <bdi>{me.user.email}</bdi>
            </p>
          </section>
          <Password me={me} />
          <SecondFactor me={me} />
          <Passkeys me={me} />
          <Sessions me={me} />
        </>
      )}
    </Frame>
  )
}
