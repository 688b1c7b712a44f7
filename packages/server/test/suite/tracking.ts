/** Everything that can be told, read back from the server; and what happens to what cannot be sent. */
import { MetroneAuthError, type MetroneError, MetroneValidationError } from '../../src/index.ts'
import { type Case, countNames, failure, holds, once, same, sorted, until } from './world.ts'

export const tracking: Record<string, Case> = {
  'every method ends in an event of the server': async (world) => {
    const metrone = world.open()
    metrone.pageview('https://yoursite.com/pricing?utm_source=news', 'Pricing', {
      referrer: 'https://a.test/',
    })
    metrone.track('signup', { plan: 'growth' }, { userId: 'u-1', sessionId: 's-1' })
    metrone.conversion('purchase', 69, { currency: 'USD' })
    metrone.interaction('click', 'cta_hero')
    metrone.trackAICall({
      callId: 'c-1',
      provider: 'vapi',
      duration: 47,
      intent: 'book',
      outcome: 'completed',
    })
    metrone.trackAICall({
      call_id: 'c-2',
      provider: 'retell',
      duration_sec: 5,
      cost_usd: 0.5,
      topic: 'price',
    })
    metrone.trackAIChat({ sessionId: 'chat-1', provider: 'openai', messageCount: 4, resolved: true })
    metrone.trackAIQuery({ session_id: 'q-1', model: 'm', tokens_in: 10, metrone_session: 's-1' })
    metrone.trackAIIntent({ sessionId: 'q-1', intent: 'refund', confidence: 0.9 })
    metrone.trackAISession({ sessionId: 'q-1', action: 'end' })
    same(await metrone.flush(), { sent: 10, duplicates: 0, failed: [], waiting: 0 })
    await world.ask('drained')
    const { data } = await metrone.getEvents({ limit: 20 })
    const row = (type: string, name: string | null = null, call: string | null = null) =>
      data.find(
        (event) => event.event_type === type && event.event_name === name && event.ai_call_id === call,
      )
    const pick = (found: object | undefined, ...names: string[]): unknown[] =>
      names.map((name) => (found as Record<string, unknown> | undefined)?.[name])
    same(pick(row('pageview'), 'page_path', 'page_title', 'utm_source'), ['/pricing', 'Pricing', 'news'])
    same(pick(row('custom', 'signup'), 'properties', 'session_id'), [{ plan: 'growth' }, 's-1'])
    same(pick(row('conversion', 'purchase'), 'value', 'currency'), [69, 'USD'])
    same(pick(row('interaction', 'click'), 'properties'), [{ interaction_type: 'click', target: 'cta_hero' }])
    const call = ['ai_provider', 'ai_duration_sec', 'ai_intent', 'ai_outcome', 'ai_cost_usd', 'properties']
    same(pick(row('ai_call', null, 'c-1'), ...call), ['vapi', 47, 'book', 'completed', null, {}])
    same(pick(row('ai_call', null, 'c-2'), ...call), ['retell', 5, null, null, 0.5, { topic: 'price' }])
    same(pick(row('ai_chat'), 'ai_session_id', 'ai_messages', 'ai_resolved'), ['chat-1', 4, true])
    same(pick(row('ai_query'), 'ai_session_id', 'ai_tokens_in', 'session_id'), ['q-1', 10, 's-1'])
    same(pick(row('ai_intent'), 'ai_intent', 'properties'), ['refund', { confidence: 0.9 }])
    same(pick(row('ai_session_end'), 'ai_session_id'), ['q-1'])
  },

  'a full batch leaves at once, the rest when the interval is over': async (world) => {
    const metrone = world.open({ flushIntervalMs: 60_000 })
    for (let index = 0; index < 25; index++) metrone.track(`e${index}`)
    await until(() => metrone.waiting <= 5, 'two batches to leave by themselves')
    same((await metrone.flush()).waiting, 0)
    const quick = world.open({ flushIntervalMs: 20 })
    quick.track('e25')
    await until(() => quick.waiting === 0, 'the interval to be over')
    same(sorted(await countNames(world)), once('e', 26))
  },

  'one bad event of a batch is refused, the others arrive': async (world) => {
    const told: [string, number][] = []
    const onError = (error: MetroneError, lost: unknown[]): number => told.push([error.code, lost.length])
    const metrone = world.open({ onError, batchSize: 100 })
    for (let index = 0; index < 5; index++) metrone.track(`e${index}`)
    metrone.track('bad', Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`k${index}`, 1])))
    metrone.track('e5')
    const { sent, failed, waiting } = await metrone.flush()
    same([sent, failed.length, waiting, told], [6, 1, 0, [['INVALID_PAYLOAD', 1]]])
    holds(failed[0]?.error instanceof MetroneValidationError, 'it failed for what it holds')
    same(failed[0]?.event.event_type, 'bad')
    same(sorted(await countNames(world)), once('e', 6))
  },

  'a refused key is a MetroneAuthError, of flush and of reads': async (world) => {
    const told: string[] = []
    const apiKey = `metrone_live_${'0'.repeat(32)}`
    const metrone = world.open({
      apiKey,
      onError: (error, lost) => told.push(`${error.code} ${lost.length}`),
    })
    metrone.track('signup')
    const error = (await failure(metrone.flush())) as MetroneAuthError
    holds(error instanceof MetroneAuthError, 'flush throws MetroneAuthError')
    same(
      [error.code, error.status, error.result?.failed.length, told],
      ['INVALID_API_KEY', 401, 1, ['INVALID_API_KEY 1']],
    )
    holds((await failure(metrone.getStats())) instanceof MetroneAuthError, 'reads throw MetroneAuthError')
    const writer = world.open({ apiKey: world.write })
    same(((await failure(writer.getStats())) as MetroneError).code, 'FORBIDDEN')
  },

  'nothing that is tracked throws': async (world) => {
    const told: string[] = []
    const onError = (error: MetroneError): never => {
      told.push(error.code)
      throw new Error('a mistake of the host')
    }
    const metrone = world.open({ onError })
    const circle: Record<string, unknown> = {}
    circle.self = circle
    metrone.track('circle', circle)
    metrone.track('big', { number: 1n })
    metrone.track('huge', { text: 'x'.repeat(600_000) })
    metrone.trackAICall(null as never)
    metrone.trackAICall(
      Object.defineProperty({}, 'callId', {
        enumerable: true,
        get: () => {
          throw new Error('a getter')
        },
      }),
    )
    metrone.track('fine', null as never, null as never)
    metrone.track('keys', JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}'))
    same(told, ['INVALID_EVENT', 'INVALID_EVENT', 'BODY_TOO_LARGE', 'INVALID_EVENT'])
    same((await metrone.flush()).sent, 3)
    await world.ask('drained')
    const { data } = await metrone.getEvents({ event_name: 'keys' })
    same(data[0]?.properties, JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}'))
  },

  'shutdown sends what waits, and takes no more': async (world) => {
    const told: string[] = []
    const metrone = world.open({ onError: (error) => told.push(error.code) })
    metrone.track('e0')
    same((await metrone.shutdown()).sent, 1)
    metrone.track('late')
    same([told, metrone.waiting, (await metrone.shutdown()).sent], [['SHUT_DOWN'], 0, 0])
    same(await countNames(world), { e0: 1 })
  },
}
