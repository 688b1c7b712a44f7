/** The suite as a program for Node, Deno and Bun: the stage's address and a group as arguments, one outcome a line. */
import { GROUPS, type Group, runCase } from './cases.ts'

const [stage = '', group = 'cases'] = process.argv.slice(2)
for (const name of Object.keys(GROUPS[group as Group]))
  console.log(JSON.stringify(await runCase(stage, name)))
