/**
 * The few globals that every runtime has (browsers, Node, Deno, Bun, workers). Core is compiled against these
 * and nothing of the DOM, so a piece that needs a page cannot end up here.
 */
declare function setTimeout(run: () => void, ms: number): number
declare function clearTimeout(timer: number | undefined): void
declare class URL {
  constructor(url: string, base?: string)
  readonly protocol: string
  readonly host: string
  readonly pathname: string
}
