/** How the web app is built: hashed files under /assets, nothing inlined, so that the server's strict policy can hold. */
import react from '@vitejs/plugin-react'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'
import { mockServer } from './mock/server.ts'
import { worldMap } from './scripts/world.ts'

/** The interface speaks English; react-aria's own sentences in thirty more languages would be a tenth of the bundle. */
function keepEnglishOnly(): Plugin {
  const foreign = /react-(aria|stately)[^/]*\/.*\/(?!en-US)[a-z]{2}-[A-Z]{2}\.(mjs|js)$/
  return {
    name: 'keep-english-only',
    enforce: 'pre',
    load: (id) => (foreign.test(id) ? 'export default {}' : null),
  }
}

/** The remembered theme is set by the app's first lines: painting waits for them, so a dark page never flashes white. */
function blockFirstPaint(): Plugin {
  return {
    name: 'block-first-paint',
    enforce: 'post',
    transformIndexHtml: (html) =>
      html.replace('<script type="module"', '<script type="module" blocking="render"'),
  }
}

/** What the server sends with the page; the preview sends it too, so that a breach shows before the release. */
export const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

export default defineConfig({
  plugins: [react(), keepEnglishOnly(), blockFirstPaint(), worldMap(), mockServer()],
  build: {
    chunkSizeWarningLimit: 600, // before compression; test/build.test.ts holds what is sent
    outDir: '../src/metrone/web/static/app',
    emptyOutDir: true,
    assetsDir: 'assets',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  preview: { headers: { 'Content-Security-Policy': POLICY } },
  test: { include: ['test/**/*.test.{ts,tsx}'], testTimeout: 20_000 },
})
