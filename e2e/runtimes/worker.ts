/** The scenario as a worker, for edge runtimes. */
import { type Call, runScenario } from './scenario.ts';

export default {
  async fetch(request: Request): Promise<Response> {
    return Response.json(await runScenario((await request.json()) as Call[]));
  },
};
