/** The server dies in the middle. A group of its own, since it dies for everybody who uses it. */
import { type Case, countNames, flushAll, once, same, sorted } from './world.ts'

export const crash: Record<string, Case> = {
  'a server that is killed and started again loses and doubles nothing': async (world) => {
    const metrone = world.open({ flushIntervalMs: 50, maxRetries: 1 })
    let restart: Promise<unknown> = Promise.resolve()
    for (let index = 0; index < 60; index++) {
      metrone.track(`e${index}`)
      if (index === 20) restart = world.ask('kill').then(() => world.ask('start'))
      if (index % 10 === 9) await metrone.flush().catch(() => {})
    }
    await restart
    await flushAll(metrone)
    same(sorted(await countNames(world)), once('e', 60))
  },
}
