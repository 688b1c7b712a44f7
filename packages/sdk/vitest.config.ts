import { defineConfig } from 'vitest/config'

export default defineConfig({
  define: { __VERSION__: '"0.1.0"' },
  test: {
    include: ['test/*.test.ts'],
    globalSetup: './test/build.ts',
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
})
