import { defineConfig } from 'vitest/config'

// Each test starts programs, several at a time on a busy machine.
export default defineConfig({
  test: { globalSetup: 'test/build.ts', testTimeout: 30_000, hookTimeout: 90_000 },
})
