/** `@metrone-io/sdk`: everything that it exports. */
export { Metrone, Metrone as default } from './metrone.ts'
export { trackPageviews } from './pageviews.ts'
export type * from './types.ts'
