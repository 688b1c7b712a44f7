/** The whole suite, by name. Every runtime runs all of it. */
import { crash } from './crash.ts'
import { reading } from './reading.ts'
import { tracking } from './tracking.ts'
import { trouble } from './trouble.ts'
import { type Case, enter } from './world.ts'

export const GROUPS = { cases: { ...tracking, ...reading, ...trouble }, crash }

export type Group = keyof typeof GROUPS

const CASES: Record<string, Case> = { ...GROUPS.cases, ...GROUPS.crash }

export interface Outcome {
  name: string
  error: string | null
}

/** Runs one case on a project of its own. */
export async function runCase(stage: string, name: string): Promise<Outcome> {
  try {
    await CASES[name]?.(await enter(stage))
    return { name, error: null }
  } catch (error) {
    return { name, error: error instanceof Error ? `${error.message}\n${error.stack}` : String(error) }
  }
}
