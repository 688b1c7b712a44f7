/** The suite as a Cloudflare Worker: runs the case that it is asked for. */
import { runCase } from './cases.ts'

export default {
  async fetch(request: Request): Promise<Response> {
    const { searchParams } = new URL(request.url)
    const outcome = await runCase(searchParams.get('stage') ?? '', searchParams.get('case') ?? '')
    return Response.json(outcome)
  },
}
