/** `@metrone-io/sdk` in real Chromium against the real server: what is counted, of whom, and what pages it works on. */
import { countNames, type EventRow, expect, inPage, names, readStorage, test } from './sdksite.ts'

const ofType = (type: string) => (rows: EventRow[]) => rows.filter((row) => row.event_type === type)

test('everything that a page can say comes out as it was said', async ({
  page,
  open,
  expectRows,
  readRows,
  context,
}) => {
  await open({ path: '/vanilla/home' })
  const result = await inPage(page, ({ metrone }) => {
    metrone.track('signup', { plan: 'growth', source: 'landing' })
    metrone.conversion('purchase', 69, { currency: 'USD' })
    metrone.interaction('click', 'cta_hero')
    metrone.campaign('spring', { medium: 'email' })
    metrone.campaign({ utm_source: 'news', utm_campaign: 'summer' })
    metrone.productView({ id: 'sku-1' }, { price: 5 })
    metrone.productView({ id: 'sku-2', price: 6 })
    metrone.trackAICall({
      callId: 'c1',
      provider: 'vapi',
      duration: 47,
      intent: 'book',
      outcome: 'completed',
    })
    metrone.trackAICall({ call_id: 'c2', provider: 'retell', duration_sec: 3 })
    metrone.trackAIChat({ sessionId: 's1', provider: 'openai', messageCount: 4 })
    metrone.trackAIIntent('pricing')
    metrone.trackAIIntent({ intent: 'support', confidence: 0.5 })
    metrone.trackAISession({ session_id: 's1', action: 'end', resolved: true })
    metrone.pageview('/vanilla/named', 'A name')
    return metrone.flush()
  })
  expect(result).toMatchObject({ failed: 0, waiting: 0 })
  await expectRows('/vanilla', countNames, {
    ai_call: 2,
    ai_chat: 1,
    ai_intent: 2,
    ai_session_end: 1,
    campaign: 2,
    interaction: 1,
    pageview: 2,
    product_view: 2,
    purchase: 1,
    signup: 1,
  })
  const rows = await readRows('/vanilla')
  const [call, other] = ofType('ai_call')(rows)
  expect(call).toMatchObject({
    ai_call_id: 'c1',
    ai_provider: 'vapi',
    ai_duration_sec: 47,
    ai_intent: 'book',
    ai_outcome: 'completed',
    source: 'voice',
  })
  expect(ofType('ai_chat')(rows)[0]).toMatchObject({ ai_session_id: 's1', ai_messages: 4 })
  expect(other).toMatchObject({ ai_call_id: 'c2', ai_provider: 'retell', ai_duration_sec: 3 })
  expect(ofType('campaign')(rows).map((row) => row.properties)).toEqual([
    { utm_campaign: 'spring', medium: 'email' },
    { utm_source: 'news', utm_campaign: 'summer' },
  ])
  expect(rows.find((row) => row.event_name === 'signup')).toMatchObject({
    page_title: 'Home',
    visitor_type: 'human',
    properties: { plan: 'growth', source: 'landing' },
  })
  expect(rows.find((row) => row.page_path === '/vanilla/named')?.page_title).toBe('A name')
  const session = await inPage(page, ({ metrone }) => [metrone.sessionId, metrone.getSessionId()])
  expect(session).toEqual([rows[0]?.session_id, rows[0]?.session_id])
  expect(await readStorage(page)).toEqual([])
  expect(await context.cookies()).toEqual([])
})

test('the numbers of the project are those of the visits', async ({ page, open, metrone, expectRows }) => {
  await open({ path: '/numbers/a' })
  await inPage(page, ({ metrone }) => metrone.conversion('order', 5, { currency: 'USD' }))
  await open({ path: '/numbers/b' })
  await inPage(page, ({ metrone }) => metrone.flush())
  await expectRows('/numbers', names, ['order', 'pageview', 'pageview'])
  const { data } = (await metrone.read('pages?days=1')) as { data: Record<string, unknown>[] }
  const seen = data.filter((row) => String(row.page_path).startsWith('/numbers'))
  expect(seen.map((row) => [row.page_path, row.pageviews, row.conversions]).sort()).toEqual([
    ['/numbers/a', 1, 1],
    ['/numbers/b', 1, 0],
  ])
})

test('an ad-hoc single-page application: one pageview for each route', async ({
  page,
  open,
  readRows,
  expectRows,
}) => {
  await open({ path: '/spa/home?utm_source=x#top', config: '{ autoTrackSPA: true }' })
  await page.evaluate(() => {
    history.pushState({}, '', '/spa/pricing')
    setTimeout(() => {
      document.title = 'Pricing'
    })
    history.replaceState({ scroll: 1 }, '')
    history.pushState({}, '', '/spa/pricing#plans')
  })
  await page.waitForFunction(() => document.title === 'Pricing')
  await page.evaluate(() => history.pushState({}, '', '/spa/docs'))
  await page.goBack()
  await page.waitForURL('**/pricing#plans')
  await inPage(page, ({ metrone }) => metrone.flush())
  await expectRows('/spa', (rows) => ofType('pageview')(rows).map((row) => row.page_path), [
    '/spa/home',
    '/spa/pricing',
    '/spa/docs',
    '/spa/pricing',
  ])
  const [home, pricing] = ofType('pageview')(await readRows('/spa'))
  expect(pricing).toMatchObject({ page_title: 'Pricing' })
  expect(home?.utm_source).toBe('x')
})

test('hash routes count where asked, and without being asked no route counts', async ({
  page,
  open,
  expectRows,
  readRows,
}) => {
  await open({ path: '/hash/app#/one', config: '{ hashRouting: true }' })
  await page.evaluate(() => {
    location.hash = '#/two'
  })
  await page.waitForFunction(() => location.hash === '#/two')
  await inPage(page, ({ metrone }) => metrone.flush())
  await expectRows('/hash', (rows) => ofType('pageview')(rows).length, 2)
  await open({ path: '/plain/one' })
  await page.evaluate(() => history.pushState({}, '', '/plain/two'))
  await inPage(page, ({ metrone }) => {
    metrone.track('end')
    return metrone.flush()
  })
  await expectRows('/plain', names, ['end', 'pageview'])
  expect(ofType('pageview')(await readRows('/plain')).map((row) => row.page_path)).toEqual(['/plain/one'])
})

test('a page from the back/forward cache is seen again', async ({ page, open, site, expectRows }) => {
  await open({ path: '/bfcache/a' })
  await inPage(page, ({ metrone }) => metrone.flush())
  await page.evaluate(() => {
    addEventListener('pageshow', (event) => {
      document.title = event.persisted ? 'restored' : document.title
    })
  })
  await page.goto(`${site.origin}/bfcache/b`)
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })))
  await inPage(page, ({ metrone }) => metrone.flush())
  await expectRows('/bfcache', (rows) => ofType('pageview')(rows).map((row) => row.page_path), [
    '/bfcache/a',
    '/bfcache/b',
    '/bfcache/b',
  ])
})

test('a page loaded ahead of time is seen when it is shown', async ({ page, open, expectRows }) => {
  await page.addInitScript(() => {
    Object.defineProperty(document, 'prerendering', { value: true, configurable: true })
  })
  await open({ path: '/prerender' })
  expect(await inPage(page, ({ metrone }) => metrone.flush())).toEqual({ sent: 0, failed: 0, waiting: 0 })
  await page.evaluate(() => {
    Object.defineProperty(document, 'prerendering', { value: false })
    document.dispatchEvent(new Event('prerenderingchange'))
  })
  await inPage(page, ({ metrone }) => metrone.flush())
  await expectRows('/prerender', names, ['pageview'])
})

test('clicks and engagement, when asked for or not', async ({ page, open, expectRows, readRows }) => {
  await open({ path: '/clicks/on' })
  await page.click('#out')
  await page.click('#cta')
  await page.mouse.wheel(0, 1500)
  await page.waitForFunction(() => scrollY > 0 && performance.now() > 1200)
  await page.goto('about:blank')
  await expectRows('/clicks/on', names, ['cta', 'engagement', 'outbound', 'pageview'])
  const rows = await readRows('/clicks/on')
  expect(rows.find((row) => row.event_name === 'cta')?.properties).toMatchObject({ plan: 'pro' })
  const [look] = ofType('engagement')(rows)
  expect(look?.properties.scroll_depth).toBeGreaterThan(20)
  await open({ path: '/clicks/off', config: '{ autoTrackClicks: false }' })
  await page.click('#out')
  await page.goto('about:blank')
  await open({ path: '/clicks/none', config: '{ autoTrack: false }' })
  await page.click('#cta')
  await inPage(page, ({ metrone }) => {
    metrone.track('own')
    return metrone.flush()
  })
  await expectRows('/clicks/none', names, ['own'])
  expect(names(await readRows('/clicks/off')).filter((name) => name !== 'engagement')).toEqual(['pageview'])
})

test.describe('visitors who do not want to be counted', () => {
  for (const [name, script, option] of [
    ['dnt', "Object.defineProperty(navigator, 'doNotTrack', { value: '1' })", 'respectDoNotTrack'],
    ['gpc', "Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })", 'respectGPC'],
  ] as const)
    test(`${name} is honoured where asked`, async ({ page, open, expectRows }) => {
      await page.addInitScript(script)
      await open({ path: `/${name}/honoured`, config: `{ ${option}: true }` })
      const track = () =>
        inPage(page, ({ metrone }) => {
          metrone.track('x')
          return metrone.flush()
        })
      expect(await track()).toEqual({ sent: 0, failed: 0, waiting: 0 })
      await open({ path: `/${name}/ignored` })
      expect(await track()).toMatchObject({ failed: 0, waiting: 0 })
      await expectRows(`/${name}`, (rows) => rows.map((row) => row.page_path), [
        `/${name}/ignored`,
        `/${name}/ignored`,
      ])
    })

  test('opting out ends everything, on this page and the next ones', async ({ page, open, expectRows }) => {
    await open({ path: '/optout/a' })
    await inPage(page, ({ metrone }) => metrone.flush())
    await inPage(page, ({ metrone }) => {
      metrone.track('waiting')
      metrone.optOut()
      metrone.track('after')
    })
    expect(await readStorage(page)).toEqual(['metrone_ignore'])
    await open({ path: '/optout/b' })
    expect(await inPage(page, ({ metrone }) => metrone.flush())).toEqual({ sent: 0, failed: 0, waiting: 0 })
    await expectRows('/optout', names, ['pageview'])
  })
})

test('without consent nothing leaves and nothing is stored; with it everything does', async ({
  page,
  open,
  expectRows,
  metrone,
}) => {
  const requests: string[] = []
  page.on('request', (request) => request.url().startsWith(metrone.origin) && requests.push(request.url()))
  await open({ path: '/consent', config: '{ cookieConsent: () => window.hasAgreed }' })
  const held = await inPage(page, ({ metrone }) => {
    metrone.track('early')
    dispatchEvent(new Event('pagehide'))
    return metrone.flush()
  })
  expect(held).toEqual({ sent: 0, failed: 0, waiting: 2 })
  expect(await readStorage(page)).toEqual([])
  expect(requests).toEqual([])
  const sent = await page.evaluate(() => {
    Object(window).hasAgreed = true
    return Object(window).metrone.flush()
  })
  expect(sent).toEqual({ sent: 2, failed: 0, waiting: 0 })
  await expectRows('/consent', names, ['early', 'pageview'])
})

test('a consent question that throws is a no', async ({ page, open }) => {
  await open({ path: '/noconsent', config: "{ cookieConsent: () => { throw Error('mine') } }" })
  expect(await inPage(page, ({ metrone }) => metrone.flush())).toEqual({ sent: 0, failed: 0, waiting: 1 })
})

test('a page under a strict content security policy', async ({ page, open, site, metrone, expectRows }) => {
  const reports: string[] = []
  page.on('console', (message) => message.type() === 'error' && reports.push(message.text()))
  site.headers = {
    'Content-Security-Policy': `default-src 'none'; script-src 'nonce-n1' 'self'; style-src 'unsafe-inline'; connect-src ${metrone.origin}; require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'; frame-ancestors 'none'`,
  }
  await open({ path: '/csp' })
  await inPage(page, ({ metrone }) => {
    metrone.track('strict')
    return metrone.flush()
  })
  await page.close()
  await expectRows('/csp', (rows) => names(rows).filter((name) => name !== 'engagement'), [
    'pageview',
    'strict',
  ])
  expect(reports.filter((text) => /policy/i.test(text))).toEqual([])
})

test('beforeSend changes, drops, and may throw', async ({ page, open, expectRows, readRows }) => {
  await open({
    path: '/before',
    config: `{ beforeSend(event) {
      if (event.event_type === 'secret') return null
      if (event.event_type === 'broken') throw Error('mine')
      return { ...event, page_title: 'cut', user_id: 'u1' }
    } }`,
  })
  await inPage(page, ({ metrone }) => {
    for (const name of ['secret', 'broken', 'kept']) metrone.track(name, { name })
    document.title = 'Another title'
  })
  await inPage(page, ({ metrone }) => metrone.flush())
  await expectRows('/before', names, ['kept', 'pageview'])
  expect((await readRows('/before')).map((row) => row.page_title)).toEqual(['cut', 'cut'])
  expect(await inPage(page, ({ lost }) => lost.map(({ reason }) => reason))).toEqual(['invalid'])
})

test('what cannot be written is one loss, and the page may change its objects later', async ({
  page,
  open,
  expectRows,
  readRows,
}) => {
  await open({ path: '/written' })
  await inPage(page, ({ metrone }) => {
    const circular: Record<string, unknown> = {}
    circular.self = circular
    metrone.track('circular', circular)
    metrone.track('big', { value: 10n })
    const changing = { step: 1 }
    metrone.track('kept', changing)
    changing.step = 2
    return metrone.flush()
  })
  await expectRows('/written', names, ['kept', 'pageview'])
  expect((await readRows('/written')).at(-1)?.properties).toEqual({ step: 1 })
  expect(await inPage(page, ({ lost }) => lost.map(({ reason }) => reason))).toEqual(['invalid', 'invalid'])
})

test('after destroy nothing is counted; what waited is sent', async ({ page, open, expectRows }) => {
  await open({ path: '/destroy/a', config: '{ autoTrackSPA: true }' })
  await inPage(page, ({ metrone }) => {
    metrone.track('before')
    metrone.destroy()
    metrone.track('after')
    metrone.pageview()
    history.pushState({}, '', '/destroy/b')
  })
  await page.click('#out')
  await page.goto('about:blank')
  await expectRows('/destroy', (rows) => names(rows).filter((name) => name !== 'engagement'), [
    'before',
    'pageview',
  ])
})
