/** `@metrone-io/sdk`: everything that it exports. */
export { Metrone, Metrone as default } from './metrone.ts'
export type * from './types.ts'
