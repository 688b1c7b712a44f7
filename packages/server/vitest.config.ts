import { defineConfig } from 'vitest/config'

export default defineConfig({
  define: { __VERSION__: '"0.0.0-source"' },
  test: {
    globalSetup: 'test/setup.ts',
    // Tests start servers and runtimes of their own; one file after the other leaves each of them the machine.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 90_000,
  },
})
