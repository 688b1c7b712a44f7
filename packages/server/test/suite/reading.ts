/** Every read, its numbers counted by hand; streams; and AI agents on a fetch server. */
import { trackAgentRequest } from '../../src/index.ts'
import { type Case, holds, same, until } from './world.ts'

const GPTBOT = 'Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)'
const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'

export const reading: Record<string, Case> = {
  'every read answers the numbers of what was sent': async (world) => {
    const metrone = world.open()
    metrone.pageview('https://yoursite.com/a', 'A', { sessionId: 's-1', userAgent: CHROME })
    metrone.pageview('https://yoursite.com/b', 'B', { sessionId: 's-1', userAgent: CHROME })
    metrone.conversion('purchase', 9.5, { currency: 'EUR' }, { sessionId: 's-1', userAgent: CHROME })
    metrone.trackAICall({ callId: 'c-1', provider: 'vapi', userAgent: CHROME })
    await metrone.flush()
    await world.ask('drained')
    const stats = await metrone.getStats({ days: 1, compare: 'previous', interval: 'day' })
    same([stats.pageviews, stats.conversions, stats.ai_interactions, stats.revenue], [2, 1, 1, { EUR: 9.5 }])
    same([stats.previous?.pageviews, stats.timeseries?.length], [0, 1])
    const first = await metrone.getEvents({ limit: 3 })
    const second = await metrone.getEvents({ limit: 3, cursor: first.meta.next_cursor })
    same([first.data.length, second.data.length, second.meta.next_cursor], [3, 1, null])
    same(
      (await metrone.getPages({ order_by: 'value:asc' })).data.map((page) => page.page_path),
      ['/a', '/b'],
    )
    const { channels } = await metrone.getSources()
    same(
      channels.map(({ source, events }) => [source, events]),
      [
        ['web', 2],
        ['server', 1],
        ['voice', 1],
      ],
    )
    same((await metrone.getLive()).today_pageviews, 2)
    const { data } = await metrone.getBreakdown({
      dimension: 'page',
      metrics: ['pageviews', 'revenue'],
      filters: [['is', 'page', ['/b']]],
    })
    same(
      data.map(({ value, pageviews }) => [value, pageviews]),
      [['/b', 1]],
    )
    const series = await metrone.getTimeseries({ days: 1, metrics: ['total_events'] })
    same(
      series.data.map(({ total_events }) => total_events),
      [4],
    )
    const [total, live, wrong] = await metrone.query([
      { type: 'stats', params: { days: 1 } },
      { type: 'live', id: 'now' },
      { type: 'breakdown', params: { dimension: 'nonsense' } },
    ])
    holds(total.ok && total.data.pageviews === 2, 'a query answers what the read does')
    holds(live.ok && live.data.today_events === 4 && live.id === 'now', 'each query has its own type and id')
    holds(!wrong.ok && wrong.error.code === 'INVALID_PAYLOAD', 'one that fails does not fail the others')
  },

  'a stream gives events as they come, and goes on where it left off': async (world) => {
    const metrone = world.open({ flushIntervalMs: 20 })
    let last: string | undefined
    const feed = setInterval(() => metrone.track('hello'), 100)
    for await (const event of metrone.stream()) {
      same(event.event_name, 'hello')
      last = event.event_id
      break
    }
    clearInterval(feed)
    await metrone.flush()
    for (const name of ['missed0', 'missed1']) metrone.track(name)
    await metrone.flush()
    const cut = new AbortController()
    const names: (string | null)[] = []
    for await (const event of metrone.stream({ lastEventId: last, signal: cut.signal })) {
      if (event.event_name !== 'hello') names.push(event.event_name)
      if (names.length === 2) cut.abort()
    }
    same(names, ['missed0', 'missed1'])
  },

  'a stream that breaks is taken up again': async (world) => {
    const endpoint = await world.ask<string>('flaky', ['reset', 'pass', 'pass'])
    const metrone = world.open({ flushIntervalMs: 20 })
    const feed = setInterval(() => metrone.track('hello'), 100)
    const cut = new AbortController()
    const seen = new Set<string>()
    const events = world.open({ endpoint }).stream({ signal: cut.signal })
    const reading = (async () => {
      for await (const event of events) seen.add(event.event_id)
    })()
    await until(() => seen.size > 1, 'events after a reset')
    clearInterval(feed)
    cut.abort()
    await reading
    await metrone.shutdown()
  },

  'an AI agent on a fetch server is counted, a person is not': async (world) => {
    const metrone = world.open()
    const visit = (userAgent: string, url: string, method = 'GET'): boolean => {
      const headers = { get: (name: string) => (name === 'user-agent' ? userAgent : null) }
      const response = new Response('Not here', { status: 404 })
      return trackAgentRequest(metrone, { method, url, headers }, response, { startedAt: Date.now() - 7 })
    }
    same(visit(GPTBOT, 'https://yoursite.com/gone?utm_source=x'), true)
    same(visit(CHROME, 'https://yoursite.com/gone'), false)
    same(visit(GPTBOT, 'https://yoursite.com/logo.png'), false)
    same(visit(GPTBOT, 'https://yoursite.com/form', 'POST'), false)
    same(visit(GPTBOT, 'nonsense'), false)
    same((await metrone.flush()).sent, 1)
    await world.ask('drained')
    const { data } = await metrone.getEvents()
    const [row] = data
    same([row?.visitor_type, row?.agent_name, row?.page_path], ['ai_agent', 'GPTBot', '/gone'])
    same([row?.properties.agent_capture, row?.properties.status_code], ['server', 404])
    holds(Number(row?.properties.response_ms) >= 7, 'the time to the answer is known')
    same((await metrone.getStats({ days: 1 })).pageviews, 0, 'agents are no visitors')
  },
}
