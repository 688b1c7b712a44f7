import type { Page } from '@playwright/test'

/** When the page sent each request with events, in milliseconds of its own clock: the test's hears of them late, and may be set. */
export const readRequestTimes = (page: Page): Promise<number[]> =>
  page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter(({ name }) => name.includes('/v1/events'))
      .map(({ startTime }) => startTime),
  )
