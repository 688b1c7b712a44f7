/** A button that makes a key which may only write; from then on the texts of the page hold it. */
import { Form } from '../account/Form.tsx'
import { canManage, type Desk } from './desk.ts'
import { useWriteKey, WRITE_KEY } from './install.ts'

export function WriteKey({ desk, where }: { desk: Desk; where: string }) {
  const { key, create } = useWriteKey(desk)
  if (key)
    return (
      <p role="status">
        Your new key is in {where} below. It is shown during this visit and never again, so copy what you need
        now.
      </p>
    )
  const hint = (
    <>
      Keys are shown once. In {where} below, put yours in place of <code>{WRITE_KEY}</code>,
    </>
  )
  if (!canManage(desk.settings.role)) return <p className="quiet">{hint} or ask an owner or admin for one.</p>
  return (
    <Form action="Create a write key" send={create} isQuiet>
      <p className="quiet">{hint} or make another.</p>
    </Form>
  )
}
