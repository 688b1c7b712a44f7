import { defineConfig } from '@playwright/test'
import { CHROMIUM_ARGS, CHROMIUM_PATH } from './chromium.ts'

export default defineConfig({
  testMatch: '*.spec.ts',
  globalSetup: './setup.ts',
  globalTimeout: 1_500_000,
  // Journeys of several pages, each looked at by axe.
  timeout: 60_000,
  // A cold read takes seconds where other work shares the processor.
  expect: { timeout: 15_000 },
  workers: 1,
  forbidOnly: true,
  reporter: 'line',
  outputDir: 'test-results',
  use: {
    trace: 'off',
    viewport: { width: 1280, height: 720 },
    launchOptions: { executablePath: CHROMIUM_PATH, args: CHROMIUM_ARGS },
  },
})
