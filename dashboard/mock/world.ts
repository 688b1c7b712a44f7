/** A small world for developing the page: 100 days of seeded, believable visits. Never part of the build. */
export interface Visit {
  start: number
  seconds: number
  pages: string[]
  events: { name: string; type: 'custom' | 'conversion' }[]
  facts: Record<string, string | null>
}

type Weighted = readonly (readonly [string, number])[]

const PAGES: Weighted = [
  ['/', 30],
  ['/pricing', 16],
  ['/docs', 14],
  ['/blog/voice-agents-that-listen', 12],
  ['/docs/quickstart', 9],
  ['/blog', 6],
  ['/about', 4],
  ['/docs/webhooks', 5],
  ['/changelog', 3],
  ['/contact', 3],
  ['/careers', 1],
]
const COUNTRIES: Weighted = [
  ['US', 34],
  ['DE', 17],
  ['GB', 11],
  ['FR', 8],
  ['IN', 8],
  ['NL', 5],
  ['CA', 5],
  ['JP', 4],
  ['BR', 3],
  ['AU', 3],
  ['PL', 2],
]
const BROWSERS: Weighted = [
  ['Chrome', 55],
  ['Safari', 24],
  ['Firefox', 11],
  ['Edge', 8],
  ['Samsung Internet', 2],
]
const SYSTEMS: Weighted = [
  ['Windows', 34],
  ['macOS', 26],
  ['iOS', 18],
  ['Android', 14],
  ['Linux', 8],
]
const ORIGINS: readonly (readonly [
  channel: string,
  source: string,
  referrer: string | null,
  weight: number,
])[] = [
  ['direct', 'direct', null, 32],
  ['organic_search', 'organic', 'google.com', 26],
  ['organic_search', 'organic', 'duckduckgo.com', 5],
  ['organic_social', 'social', 'news.ycombinator.com', 9],
  ['organic_social', 'social', 'linkedin.com', 6],
  ['ai_assistants', 'referral', 'chatgpt.com', 8],
  ['ai_assistants', 'referral', 'perplexity.ai', 4],
  ['referral', 'referral', 'github.com', 6],
  ['paid_search', 'campaign', 'google.com', 4],
  ['email', 'campaign', null, 4],
]
const CAMPAIGNS: Weighted = [
  ['autumn-launch', 5],
  ['newsletter-46', 4],
  ['voice-week', 2],
]
const HOSTILE = [
  '<img src=x onerror=alert(1)>',
  '\u202Egnp.exe\u202C reversed',
  `/${'long-'.repeat(2_000)}`,
  '👩‍👩‍👧‍👦 /family/🎉',
  '"><script>alert(2)</script>',
  '/a\u0000b',
  '=1+1',
  '__proto__',
  '/العربية/صفحة',
]
const DAYS = 100
const DAY_MS = 86_400_000

/** Visits of the last hundred days before `now`, oldest first; the same ones for the same seed. */
export function makeWorld(now: number, isHostile = false, seed = 7): Visit[] {
  const random = seeded(seed)
  const visits: Visit[] = []
  for (let day = DAYS; day >= 0; day--) {
    const midnight = Math.floor(now / DAY_MS) * DAY_MS - day * DAY_MS
    const weekday = new Date(midnight).getUTCDay()
    const rhythm = weekday === 0 || weekday === 6 ? 0.55 : 1
    const count = Math.round((150 + (DAYS - day) * 1.1) * rhythm * (0.88 + random() * 0.24))
    for (let at = 0; at < count; at++) {
      const start = midnight + hourOf(random) * 3_600_000
      if (start <= now) visits.push(makeVisit(start, random, isHostile))
    }
  }
  return visits.sort((a, b) => a.start - b.start)
}

function makeVisit(start: number, random: () => number, isHostile: boolean): Visit {
  const page = () =>
    isHostile && random() < 0.5
      ? (HOSTILE[Math.floor(random() * HOSTILE.length)] as string)
      : pick(PAGES, random)
  const pages = Array.from({ length: random() < 0.44 ? 1 : 2 + Math.floor(random() * 4) }, page)
  const [channel, source, referrer] = ORIGINS[
    pickIndex(
      ORIGINS.map((origin) => origin[3]),
      random,
    )
  ] as (typeof ORIGINS)[number]
  const os = pick(SYSTEMS, random)
  const events: Visit['events'] = []
  if (random() < 0.05) events.push({ name: isHostile ? page() : 'signup', type: 'conversion' })
  if (random() < 0.02) events.push({ name: 'demo_booked', type: 'conversion' })
  if (random() < 0.12) events.push({ name: 'video_played', type: 'custom' })
  return {
    start,
    pages,
    events,
    seconds: pages.length === 1 ? Math.floor(random() * 20) : 30 + Math.floor(random() * 260),
    facts: {
      entry_page: pages[0] as string,
      exit_page: pages.at(-1) as string,
      channel,
      traffic_source: source,
      referrer: isHostile && referrer ? page() : referrer,
      utm_campaign: source === 'campaign' ? pick(CAMPAIGNS, random) : null,
      country: pick(COUNTRIES, random),
      browser: os === 'iOS' ? 'Safari' : pick(BROWSERS, random),
      os,
      device: os === 'iOS' || os === 'Android' ? 'mobile' : random() < 0.05 ? 'tablet' : 'desktop',
    },
  }
}

/** The middle of the day is busy, the night is not. */
function hourOf(random: () => number): number {
  return (9 + (random() + random() + random()) * 6.4 - 2) % 24
}

function pick(list: Weighted, random: () => number): string {
  return (
    list[
      pickIndex(
        list.map(([, weight]) => weight),
        random,
      )
    ] as Weighted[number]
  )[0]
}

function pickIndex(weights: readonly number[], random: () => number): number {
  let rest = random() * weights.reduce((sum, weight) => sum + weight, 0)
  for (const [at, weight] of weights.entries()) {
    rest -= weight
    if (rest < 0) return at
  }
  return 0
}

/** mulberry32: small, even, the same everywhere. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
