/** All keys of the page. */
import { PERIOD_NAMES } from '../period.ts'
import { OTHER_KEYS, PERIOD_KEYS, PLACE_KEYS } from '../shortcuts.ts'
import { Dialog } from './Dialog.tsx'
import { PERIOD_TITLES } from './periodTitles.ts'

export default function HelpDialog({ onClose }: { onClose: () => void }) {
  const periods = PERIOD_NAMES.map((name) => [PERIOD_KEYS[name], PERIOD_TITLES[name]] as const)
  return (
    <Dialog title="Keyboard shortcuts" className="help" onClose={onClose}>
      <div className="key-lists">
        <KeyList title="Periods" rows={periods} />
        <KeyList title="Page" rows={OTHER_KEYS} />
        <KeyList title="In its place" rows={PLACE_KEYS} />
      </div>
    </Dialog>
  )
}

function KeyList({ title, rows }: { title: string; rows: readonly (readonly [string, string])[] }) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <dl>
        {rows.map(([keys, text]) => (
          <div key={keys}>
            <dt>
              {keys
                .split(' ')
                .map((key) => (key === '…' ? <span key={key}> … </span> : <kbd key={key}>{key}</kbd>))}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
