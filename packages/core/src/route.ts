/** Addresses as pages: which path an address stands for, and which paths a pattern means. Pure. */

/** The path of an absolute address, without origin and query; with its fragment where it has one (hash routers). */
export function pathOf(url: string): string {
  return url.replace(/^\w+:..[^/]*|\?[^#]*/g, '')
}

const MEANINGS: Record<string, string> = { '*': '[^/]*', '**': '.*', ',': '|', ' ': '' }

/**
 * Whether `path` matches one of the comma-separated `patterns`, in which `*` stands for anything within one segment
 * and `**` for anything at all: `/admin/**, /users/*` + `/edit`.
 */
export function matchesPath(path: string, patterns: string): boolean {
  return RegExp(`^(${patterns.replace(/\*+|[^\w/]/g, (part) => MEANINGS[part] ?? `\\${part}`)})$`).test(path)
}
