/** The one function that the map takes of it; the package has no types of its own. */
declare module 'topojson-client' {
  export function feature(topology: unknown, object: unknown): unknown
}
