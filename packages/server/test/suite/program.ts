/** The suite as a program for Node, Deno and Bun: the stage's address as its argument, one outcome a line. */
import { CASES, runCase } from './cases.ts'

const [stage = '', only = ''] = process.argv.slice(2)
for (const name of Object.keys(CASES))
  if (name.includes(only)) console.log(JSON.stringify(await runCase(stage, name)))
