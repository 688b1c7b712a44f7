/** `window.metrone`: the one global of m.js, and the calls that were made before it had loaded. */
import type { Properties } from '@metrone-io/core'
import { guard, whenShown } from '../page.ts'

export interface Commands {
  track(name: string, properties?: Properties): void
  pageview(): void
  conversion(type: string, value?: number, properties?: Properties): void
  flush(): void
}

/** An array or an `arguments` object: the name of a command and what it is given. */
type Call = Iterable<unknown>
type Stub = { q?: Iterable<Call> } & Iterable<Call>

declare global {
  interface Window {
    metrone?: unknown
  }
}

/**
 * Installs `metrone('track', …)`, `metrone.track(…)` and `metrone.push(['track', …])` over `commands`, and runs the
 * calls that the page's stub (a function that fills `q`, or an array) has collected. Throws, as its last act, where
 * there is no stub.
 */
export function installCommands(commands: Commands): void {
  const stub = window.metrone as Stub
  const run = guard((call: Call) =>
    whenShown(() => {
      const [name, ...rest] = call as [keyof Commands, ...never[]]
      ;(commands[name] as (...rest: never[]) => void)(...rest)
    }),
  )
  const api = ((...call: unknown[]) => run(call)) as unknown as Record<string, unknown>
  for (const name in commands) api[name] = (...rest: unknown[]) => run([name, ...rest])
  api.push = run
  window.metrone = api
  for (const call of stub?.q ?? stub) run(call)
}
