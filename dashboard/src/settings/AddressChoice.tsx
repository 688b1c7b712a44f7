/** By which of its addresses the server is named in what is pasted; nothing where it has one. */
import { Choice } from './Choice.tsx'

interface Props {
  origins: readonly string[]
  origin: string
  onChoose: (origin: string) => void
}

export function AddressChoice({ origins, origin, onChoose }: Props) {
  if (origins.length < 2) return null
  return (
    <Choice
      name="origin"
      label="Address of this server"
      value={origin}
      onChange={onChoose}
      options={origins.map((each) => ({ value: each, title: each }))}
    />
  )
}
