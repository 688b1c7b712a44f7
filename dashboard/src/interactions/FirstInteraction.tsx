/** A project without calls or chats: the address to paste into a platform, and a wait that ends by itself with the first one. */
import { useQuery } from '@tanstack/react-query'
import { type Platform, platformsQuery } from '../api/session.ts'
import type { Board } from '../boards.ts'
import { CopyBlock } from '../parts/CopyBlock.tsx'
import { Failure } from '../parts/Failure.tsx'

export function FirstInteraction({ board }: { board: Board }) {
  const platforms = useQuery(platformsQuery)
  const known = board.platforms.flatMap((name) => platforms.data?.find((each) => each.name === name) ?? [])
  return (
    <section className="card first" aria-labelledby="first">
      <h2 id="first" className="first-title">
        Paste one address into your {board.path === '/voice' ? 'voice' : 'chat'} platform
      </h2>
      <p>
        Put your write key for <code>metrone_live_YOUR_WRITE_KEY</code>. It was printed when the project was
        created; <code>metrone keys create</code> makes another. <code>main</code> is a label of your own. The
        documentation has a page for each platform under docs/webhooks.
      </p>
      {platforms.isError && <Failure problem={platforms.error} onRetry={() => void platforms.refetch()} />}
      {platforms.isPending && <div className="bone list-bone" aria-hidden="true" />}
      {known.map((platform, at) =>
        at === 0 ? (
          <div key={platform.name}>
            <h3>{platform.title}</h3>
            <Address platform={platform} />
          </div>
        ) : (
          <details key={platform.name}>
            <summary>{platform.title}</summary>
            <Address platform={platform} />
          </details>
        ),
      )}
      <p>
        No platform in between? Send events of the type{' '}
        <code>{board.path === '/voice' ? 'ai_call' : 'ai_chat'}</code> yourself:{' '}
        <a href="/docs/api">the API</a>.
      </p>
      <p className="waiting" role="status">
        <span className="dot pulsing" aria-hidden="true" />
        <span>Waiting for the first {board.noun}. This page changes by itself when it arrives.</span>
      </p>
    </section>
  )
}

function Address({ platform: { name, title, signed_with } }: { platform: Platform }) {
  const address = `${location.origin}/v1/webhooks/${name}/main?key=metrone_live_YOUR_WRITE_KEY`
  return (
    <>
      <CopyBlock text={address} label={`address for ${title}`} />
      <p className="quiet">
        So that nobody else can send to it, set {signed_with}: <code>metrone webhooks secret</code>, with{' '}
        <code>--platform {name}</code>.
      </p>
    </>
  )
}
