/** Every test runs twice: on the React 19 of this workspace and on the React 18 of tests/react18. */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const on18 = fileURLToPath(new URL('../../tests/react18/node_modules/', import.meta.url))

export default defineConfig({
  test: {
    globalSetup: './test/setup.ts',
    projects: [
      {
        test: {
          name: 'react 19',
          include: ['test/*.test.{ts,tsx}'],
          testTimeout: 20_000,
        },
      },
      {
        resolve: { alias: [{ find: /^(react(-dom)?)(?=$|\/)/, replacement: `${on18}$1` }] },
        test: { name: 'react 18', include: ['test/*.test.tsx'], testTimeout: 20_000 },
      },
    ],
  },
})
