/** A server that is slow, broken, busy or away: every event that it accepts arrives exactly once, and what fails is named. */
import {
  type MetroneError,
  MetroneNetworkError,
  MetroneRateLimitError,
  MetroneServerError,
  MetroneTimeoutError,
} from '../../src/index.ts'
import { type Case, countNames, failure, flushAll, holds, once, same, sorted } from './world.ts'

/** Nobody listens there. */
const NOWHERE = 'http://127.0.0.1:9'

export const trouble: Record<string, Case> = {
  'resets, lost answers, time-outs, 500 and 429: every event arrives exactly once': async (world) => {
    const first = ['reset', 'lost', 'pass']
    const second = [{ status: 429, retry_after: 1 }, { status: 500 }, 'pass']
    const third = ['timeout', 'lost', 'pass']
    const endpoint = await world.ask<string>('flaky', [...first, ...second, ...third])
    const metrone = world.open({ endpoint, timeoutMs: 1500, flushIntervalMs: 60_000 })
    for (let index = 0; index < 30; index++) metrone.track(`e${index}`)
    same(await flushAll(metrone), { sent: 30, duplicates: 20 })
    same(sorted(await countNames(world)), once('e', 30))
  },

  'a 429 tells the wait, and is obeyed without another request': async (world) => {
    const endpoint = await world.ask<string>('flaky', [{ status: 429, retry_after: 60 }])
    const metrone = world.open({ endpoint })
    metrone.track('e0')
    for (let time = 0; time < 2; time++) {
      const error = (await failure(metrone.flush())) as MetroneRateLimitError
      holds(error instanceof MetroneRateLimitError, 'flush throws MetroneRateLimitError')
      same([error.retryAfterMs, error.result?.waiting], [60_000, 1])
    }
    same((await metrone.shutdown()).failed.length, 1)
    same(await countNames(world), {})
  },

  'no server: the newest events wait, the oldest make room, and both are told': async (world) => {
    const lost: string[] = []
    const onError = (error: MetroneError, events: { event_type: string }[]): void => {
      for (const { event_type } of events) lost.push(`${error.code} ${event_type}`)
    }
    const config = { endpoint: NOWHERE, maxQueueSize: 5, batchSize: 100, maxRetries: 0, onError }
    const metrone = world.open(config)
    for (let index = 0; index < 7; index++) metrone.track(`e${index}`)
    const error = (await failure(metrone.flush())) as MetroneError
    holds(error instanceof MetroneNetworkError, 'flush throws MetroneNetworkError')
    same([error.result?.waiting, lost], [5, ['QUEUE_FULL e0', 'QUEUE_FULL e1']])
    const { failed } = await metrone.shutdown()
    same([failed.map(({ event }) => event.event_type), lost.length], [['e2', 'e3', 'e4', 'e5', 'e6'], 7])
  },

  'an unawaited flush that fails breaks nothing': async (world) => {
    const metrone = world.open({ endpoint: NOWHERE, maxRetries: 0 })
    metrone.track('e0')
    metrone.flush()
    await failure(metrone.flush())
    await metrone.shutdown()
  },

  'reads are tried again, and their last error is typed': async (world) => {
    const endpoint = await world.ask<string>('flaky', ['reset', { status: 503 }])
    same((await world.open({ endpoint }).getLive()).today_events, 0)
    const slow = await world.ask<string>('flaky', ['timeout'])
    const late = await failure(world.open({ endpoint: slow, timeoutMs: 300, maxRetries: 0 }).getLive())
    holds(late instanceof MetroneTimeoutError, 'a read throws MetroneTimeoutError')
    const broken = await world.ask<string>('flaky', [{ status: 500 }])
    const error = await failure(world.open({ endpoint: broken, maxRetries: 0 }).getLive())
    holds(error instanceof MetroneServerError, 'a read throws MetroneServerError')
    const cut = new AbortController()
    const reading = world.open().getStats({}, { signal: cut.signal })
    cut.abort()
    same([((await failure(reading)) as Error).name], ['AbortError'])
  },
}
