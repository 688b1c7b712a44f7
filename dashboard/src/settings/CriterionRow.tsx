/** One criterion of a goal as it is edited: what it asks for, and what that must be. */
import { IconButton } from '../parts/IconButton.tsx'
import { type Draft, KINDS, type Kind, newDraft, OPERATORS, type Operator, SOURCES } from './criteria.ts'

interface Props {
  draft: Draft
  /** What it may ask for. */
  kinds: readonly Kind[]
  onChange: (draft: Draft) => void
  onRemove: (() => void) | undefined
}

export function CriterionRow({ draft, kinds, onChange, onRemove }: Props) {
  return (
    <div className="criterion">
      <select
        aria-label="Criterion"
        value={draft.kind}
        onChange={(event) => onChange(newDraft(draft.id, event.target.value as Kind))}
      >
        {kinds.map((kind) => (
          <option key={kind} value={kind}>
            {KINDS[kind].title}
          </option>
        ))}
      </select>
      {draft.kind === 'property' && <PropertyFields draft={draft} onChange={onChange} />}
      <Value draft={draft} onChange={onChange} />
      {onRemove && <IconButton icon="close" label={`Remove ${KINDS[draft.kind].title}`} onClick={onRemove} />}
      {draft.kind === 'page' && (
        <p className="quiet">* stands for any part without a slash, ** for any part.</p>
      )}
    </div>
  )
}

type FieldProps = Pick<Props, 'draft' | 'onChange'>

function PropertyFields({ draft, onChange }: FieldProps) {
  return (
    <>
      <input
        aria-label="Property’s key"
        placeholder="plan"
        required
        maxLength={64}
        value={draft.key}
        onChange={(event) => onChange({ ...draft, key: event.target.value })}
      />
      <select
        aria-label="Property’s condition"
        value={draft.operator}
        onChange={(event) => onChange({ ...draft, operator: event.target.value as Operator })}
      >
        {Object.entries(OPERATORS).map(([name, title]) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
      </select>
    </>
  )
}

function Value({ draft, onChange }: FieldProps) {
  const { title, sample } = KINDS[draft.kind]
  const put = (value: string) => onChange({ ...draft, value })
  if (draft.kind === 'source')
    return (
      <select aria-label={title} value={draft.value} onChange={(event) => put(event.target.value)}>
        {Object.entries(SOURCES).map(([name, text]) => (
          <option key={name} value={name}>
            {text}
          </option>
        ))}
      </select>
    )
  const isNumber =
    draft.kind === 'min_value' || (draft.kind === 'property' && /greater|less/.test(draft.operator))
  return (
    <input
      aria-label={draft.kind === 'property' ? 'Property’s value' : title}
      type={isNumber ? 'number' : 'text'}
      step="any"
      min={draft.kind === 'min_value' ? 0 : undefined}
      placeholder={isNumber ? '100' : sample}
      required
      maxLength={1000}
      autoComplete="off"
      spellCheck={false}
      autoCapitalize="none"
      value={draft.value}
      onChange={(event) => put(event.target.value)}
    />
  )
}
