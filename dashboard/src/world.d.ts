/** The map that scripts/world.ts makes when the app is built. */
declare module 'virtual:world' {
  const world: {
    width: number
    height: number
    shapes: (readonly [code: string, path: string, x: number, y: number])[]
  }
  export default world
}
